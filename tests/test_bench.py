"""The bench runs: every part yields its figures, with counts too small to mean anything. No time is asserted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.bench import memory
from tests.bench.__main__ import main
from tests.bench.figures import Figure, percentile
from tests.bench.parts import PARTS
from tests.bench.scale import Scale

_OF_REAL_MODELS = {"blip", "concurrency", "prefix", "sharing", "recovery"}
_OF_PROCESSES = {"beside", "flame", "start"}
_LONG = _OF_REAL_MODELS | _OF_PROCESSES | {"telegram"}  # that one waits for albums and signs, which come after seconds
_PARTS = [pytest.param(part, marks=pytest.mark.long if part in _LONG else ()) for part in PARTS]


@pytest.mark.parametrize("part", _PARTS)
async def test_a_part_yields_figures_of_what_it_measures(
    part: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "_KEPT", tmp_path)
    figures = [figure async for figure in PARTS[part](Scale.TINY)]
    assert figures
    assert len({figure.what for figure in figures}) == len(figures)
    assert all(figure.value > 0 or figure.what.startswith("no flame graph") for figure in figures)


def test_a_part_that_cannot_be_measured_fails_the_bench_and_costs_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def broken(_: Scale):
        yield Figure("before it broke", 1.0)
        raise RuntimeError("out of order")

    async def missed(_: Scale):
        yield Figure("too slow", 3.0, "ms", 2.0)

    monkeypatch.setattr("tests.bench.__main__.PARTS", {"broken": broken, "missed": missed})
    out = tmp_path / "bench.json"
    assert main(["--out", str(out)]) == 1
    assert main(["missed", "--out", str(out)]) == 0, "a missed target is a figure, not a failure"
    told = json.loads(out.read_text())
    assert told["parts"]["missed"][0]["met"] is False
    assert "missed" in capsys.readouterr().out


def test_targets_are_the_most_or_the_least() -> None:
    assert Figure("", 1.0, target=2.0).met
    assert not Figure("", 1.0, target=2.0, at_least=True).met
    assert Figure("", 1.0).met is None
    assert percentile([1.0], 99) == 1.0
    assert percentile([1.0, 2.0, 3.0], 50) == 2.0
