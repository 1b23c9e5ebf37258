"""A house with one repository to pull from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.agents.models.carriers import serve
from tests.agents.models.pulling.house import FILES, NAME, House
from tests.agents.models.repositories import Repository


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with serve({}) as local:
        found = House(tmp_path / "store", local)
        found.serve(Repository(NAME, FILES))
        yield found
