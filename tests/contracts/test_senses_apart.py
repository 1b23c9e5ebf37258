"""Adapters in processes of their own keep to the contract of test_senses.py and find the same as in this one."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest

from agents.models.apart.port import Apart
from agents.models.host import Host
from agents.models.hosted import HostedSense
from agents.models.ladder import Rung
from agents.models.reference import ModelReference
from agents.values import Finding
from tests.contracts.test_senses import EMBEDDED, LEXICAL, READER, TINY, Adapter, loaded
from tests.embedded import folder
from tests.pictures import sign
from tests.sounds import voice

ADAPTERS = [*EMBEDDED, READER, *TINY, *LEXICAL]
# CTranslate2 in every run; the others, whose libraries take seconds to import, with APART=all (``make hosting``).
FEW = {"FasterWhisper"}
EVERY = os.environ.get("APART") == "all"


def chosen() -> list[Any]:
    marks = {str(one): [pytest.mark.embedded] for one in EMBEDDED}
    return [
        pytest.param(one, marks=marks.get(str(one), []), id=f"{one}-{one.method}")
        for one in ADAPTERS
        if EVERY or one.name in FEW
    ]


def place(adapter: Adapter) -> Path | None:
    return adapter.made() if adapter.made else folder(adapter.files) if adapter.files else None


def item(adapter: Adapter) -> Any:
    """One in which there is something to find, where the contract's own has nothing."""
    from agents import pictures, sounds

    if adapter.method == "read":
        return pictures.decode(sign("SALE 50%"), max_megapixels=50)
    if adapter.method == "transcribe":
        return sounds.decode(voice("en-sign"), max_minutes=1)
    return adapter.item


def nearly(finding: Finding) -> Finding:
    """Engines that share their work out to another number of threads add up in another order."""
    return replace(finding, confidence=pytest.approx(finding.confidence, abs=1e-3))


@pytest.mark.parametrize("adapter", chosen())
async def test_one_apart_finds_the_same_through_its_host_and_gives_all_memory_back(adapter: Adapter) -> None:
    reference = ModelReference.parse(adapter.reference)
    inside = loaded(adapter)
    given = item(adapter)
    expected = getattr(inside, adapter.method)([given])[0]
    made: list[Apart] = []

    def load() -> Apart:
        made.append(Apart(adapter.kind, reference, place(adapter)))
        return made[0]

    sense: HostedSense[Apart, Any] = HostedSense(
        adapter.kind.declare(reference), Host(str(reference), [Rung(load)]), getattr(Apart, adapter.method), deadline=60
    )
    assert await sense.perceive(given) == [nearly(finding) for finding in expected]
    port = made.pop()
    assert port.card == inside.card
    assert getattr(port, adapter.method)([]) == []
    engine = psutil.Process(port.pid)
    assert engine.memory_info().rss > 10_000_000
    del port
    await sense.stop()
    psutil.wait_procs([engine], timeout=5)
    assert not engine.is_running()
