"""No test is left out: what the default suite leaves to a lane stands in one, and what is begun first is there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from tests.order import LONGEST
from tests.process import ROOT

BY_HAND = {
    "kill": "1,000 kills and ten minutes without Telegram take two hours; the default suite runs them in short",
    "soak": "20,000 turns take hours, and what they measure is disturbed by whatever runs beside them",
}
RECIPE = re.compile(r"^(?P<lane>[a-z-]+):(?!=).*\n(?P<lines>(?:\t.*\n?)+)", re.M)
SELECTS = re.compile(r"-m (?:''|long)(?=\s|$)")  # a lane without it leaves out the same tests as the default suite
CALLED = re.compile(r"^make ([a-z-]+)", re.M)


def lanes() -> dict[str, str]:
    """The recipes of the Makefile by their names."""
    return {found["lane"]: found["lines"] for found in RECIPE.finditer((ROOT / "Makefile").read_text("utf-8"))}


def called() -> list[str]:
    """The lanes that CI runs."""
    return CALLED.findall((ROOT / ".ci/run").read_text("utf-8"))


def left_out(proofs: Sequence[Path], recipes: Sequence[str]) -> list[Path]:
    """Those of the files, as paths from the root, that none of the recipes names or names a folder of."""
    words = {word for recipe in recipes if SELECTS.search(recipe) for word in recipe.split()}
    named = {word.rstrip("/") for word in words if word.startswith("tests/")}
    return [path for path in proofs if not named & {str(path), *map(str, path.parents)}]


def test_every_long_proof_stands_in_a_lane_that_is_run() -> None:
    proofs = [path for path in (ROOT / "tests").rglob("*.py") if "pytest.mark.long" in path.read_text("utf-8")]
    named = [path.relative_to(ROOT) for path in proofs if path != Path(__file__)]
    assert len(named) > 5
    assert {"hosting", "telegram"} <= set(called())
    assert left_out(named, [lanes()[name] for name in (*called(), *BY_HAND)]) == []


def test_lanes_that_are_run_by_hand_are_there_and_need_to_be() -> None:
    assert set(BY_HAND) <= set(lanes()) - set(called())


def test_a_proof_that_no_lane_names_is_noticed() -> None:
    nowhere, somewhere = Path("tests/nowhere/test_x.py"), Path("tests/there/test_x.py")
    recipes = list(lanes().values())
    assert left_out([nowhere], recipes) == [nowhere]
    assert left_out([nowhere, somewhere], ["\tpytest . tests tests/there -m '' -s\n"]) == [nowhere]
    assert left_out([somewhere], ["\tpytest tests/there -s\n"]) == [somewhere]
    assert left_out([somewhere], []) == [somewhere]


def test_the_files_that_are_begun_first_are_there() -> None:
    assert [path for path in LONGEST if not (ROOT / path).is_file()] == []
    assert len(set(LONGEST)) == len(LONGEST)
