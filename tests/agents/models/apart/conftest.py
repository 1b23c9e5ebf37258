"""Engines in processes of their own, which fail as they are told; see engines.py."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from agents.limits import Limits
from agents.models.apart.port import Apart
from agents.models.reference import ModelReference
from tests.agents.models.apart.engines import Failing
from tests.agents.models.apart.ports import Make


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    made: list[Apart] = []

    def make(options: str = "", **more: Any) -> Apart:
        reference = ModelReference.parse(f"failing:engine?folder={tmp_path}{options}")
        made.append(Apart(Failing, reference, None, **more))
        return made[-1]

    yield make
    for port in made:
        port.release()
    assert psutil.Process().children() == [], "no process is left behind"


@pytest.fixture
def port(make: Make) -> Apart:
    return make(limits=Limits(sense_deadline=1.5))
