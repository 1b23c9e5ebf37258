"""Findings from another process: what has their shape is taken, and nothing else."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.models.apart.findings import read, written
from agents.models.apart.wire import Nonsense
from agents.values import Box, Finding, Span

NUMBER = st.floats(allow_nan=False, allow_infinity=False)
PLACE = st.none() | st.builds(Box, NUMBER, NUMBER, NUMBER, NUMBER) | st.builds(Span, NUMBER, NUMBER)
FINDING = st.builds(Finding, st.text(), st.floats(0, 1), st.none() | st.text(max_size=35), PLACE)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@settings(max_examples=40)
@given(st.lists(st.lists(FINDING, max_size=3), max_size=3))
def test_whatever_an_adapter_finds_arrives_as_it_was(found: list[list[Finding]]) -> None:
    assert read(json.loads(json.dumps(written(found))), len(found)) == found


@settings(max_examples=40)
@given(JSON)
def test_anything_else_is_nonsense_or_findings(told: Any) -> None:
    try:
        found = read(told, 1)
    except Nonsense:
        return
    assert all(isinstance(one, Finding) and 0 <= one.confidence <= 1 for one in found[0])


@pytest.mark.parametrize(
    "finding",
    [
        ["text", 0.5],
        ["text", "sure", None, []],
        ["text", True, None, []],
        ["text", float("nan"), None, []],
        ["text", float("inf"), None, []],
        [7, 0.5, None, []],
        ["text", 0.5, 7, []],
        ["text", 0.5, "e" * 36, []],
        ["text", 0.5, None, [1.0]],
        ["text", 0.5, None, [1.0, float("nan")]],
        ["text", 0.5, None, {}],
        "text",
    ],
)
def test_a_finding_of_another_shape_is_nonsense(finding: Any) -> None:
    with pytest.raises(Nonsense):
        read([[finding]], 1)


def test_too_many_findings_or_lists_are_nonsense() -> None:
    fine = ["text", 0.5, None, []]
    assert read([[fine]], 1) == [[Finding("text", 0.5)]]
    for told in ([[fine] * 20_000], [[fine], [fine]], [], [fine, fine]):
        with pytest.raises(Nonsense):
            read(told, 1)


def test_what_is_slightly_too_sure_is_sure() -> None:
    assert read([[["text", 1.0000001, None, []]]], 1)[0][0].confidence == 1.0
