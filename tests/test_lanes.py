"""No test is left out: what the default suite leaves to a lane stands in one, and what is begun first is there."""

from __future__ import annotations

from tests.order import LONGEST
from tests.process import ROOT


def test_every_long_proof_stands_in_a_lane() -> None:
    lanes = set((ROOT / "Makefile").read_text("utf-8").split())
    proofs = [path for path in (ROOT / "tests").rglob("test_*.py") if "pytest.mark.long" in path.read_text("utf-8")]
    named = [path.relative_to(ROOT) for path in proofs if path.name != "test_lanes.py"]
    assert len(named) > 5
    assert [path for path in named if not lanes & {str(path), *map(str, path.parents)}] == []


def test_the_files_that_are_begun_first_are_there() -> None:
    assert [path for path in LONGEST if not (ROOT / path).is_file()] == []
    assert len(set(LONGEST)) == len(LONGEST)
