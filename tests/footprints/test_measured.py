"""Estimates lie within a fifth of what models take at work, with their libraries; small ones are little else.

The default suite measures the cheapest. ``FOOTPRINTS=all`` measures every model that can be loaded here, those of real
sizes with random weights among them, and prints a table; it takes some twenty minutes and 4 GB.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from agents.models.catalogue import Store
from agents.models.reference import ModelReference
from bot.hosting import footprint_of
from bot.settings import Settings
from tests.footprints.measuring import measure
from tests.footprints.subjects import CHEAP, DEAR, Subject

_OFF = 0.2
_ALL = os.environ.get("FOOTPRINTS") == "all"
_SUBJECTS = (*CHEAP, *(DEAR if _ALL else ()))
Table = Callable[[str, int, int], None]


def _name(subject: Subject) -> str:
    size = subject.filled.__name__.strip("_") if subject.filled else ""
    return f"{subject.reference.partition('?')[0].rpartition('/')[2]}-{subject.roles[0]}{size and '-'}{size}"


@pytest.fixture(scope="module")
def table() -> Table:
    """Prints a row as soon as it is known."""
    print(f"\n{'model':60} estimated measured ratio")

    def row(name: str, estimated: int, measured: int) -> None:
        print(f"\n{name:60} {estimated / 1e6:6.0f} MB {measured / 1e6:5.0f} MB {estimated / measured:5.2f}", flush=True)

    return row


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sizes")


@pytest.mark.embedded
@pytest.mark.timeout(1800 if _ALL else 120)
@pytest.mark.parametrize("subject", _SUBJECTS, ids=_name)
def test_the_estimate_is_near_what_is_measured(subject: Subject, room: Path, table: Table) -> None:
    reference = subject.placed(room)
    store = Store(Settings(_env_file=None).models_dir)
    told = footprint_of(ModelReference.parse(reference), subject.roles, store, "cpu")
    assert told is not None
    estimated = told.ram + told.library_ram
    measured = measure(reference, subject.roles, at_once=subject.at_once, rounds=subject.rounds).work
    table(_name(subject), estimated, measured)
    assert abs(estimated - measured) <= _OFF * measured, f"{estimated / 1e6:.0f} MB told, {measured / 1e6:.0f} MB taken"
