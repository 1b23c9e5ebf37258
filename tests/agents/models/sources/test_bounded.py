"""What another host sends is bounded in time as well."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import httpx
import pytest

from agents.models.sources import bounded
from agents.models.sources.bounded import Pace
from agents.models.sources.progress import Reason, SourceFailed


def test_a_file_that_trickles_is_given_up() -> None:
    pace = Pace("model.bin", stalled_after=-1.0)
    pace.keep(100_000)
    with pytest.raises(SourceFailed) as caught:
        pace.keep(100_001)
    assert caught.value.reason is Reason.STALLED


def test_a_file_that_grows_is_waited_for() -> None:
    pace = Pace("model.bin", stalled_after=-1.0)
    for got in range(100_000, 1_000_000, 100_000):
        pace.keep(got)
    patient = Pace("model.bin")
    patient.keep(1)
    patient.keep(2)


def test_a_list_that_trickles_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    class Trickling:
        def iter_bytes(self) -> Iterator[bytes]:
            while True:
                yield b" "

    monkeypatch.setattr(bounded, "_LONGEST_LISTING", 0.01)
    with pytest.raises(SourceFailed) as caught:
        bounded.bounded(cast("httpx.Response", Trickling()))
    assert caught.value.reason is Reason.STALLED
