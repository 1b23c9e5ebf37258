"""Findings as JSON: written by an engine's process, and read by us, who believe nothing of their shape."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from agents.models.apart.wire import Nonsense
from agents.values import Box, Finding, Span

__all__ = ["read", "written"]

_MOST = 10_000  # findings of one item
_LONGEST_TAG = 35  # characters of a language tag, as RFC 5646 (section 4.4.1) would have buffers take


def written(found: Sequence[Sequence[Finding]]) -> list[list[list[object]]]:
    return [[_written(one) for one in findings] for findings in found]


def read(told: Any, items: int) -> list[list[Finding]]:
    """A list of findings for each of that many items. Raises Nonsense."""
    if not isinstance(told, list) or len(told) != items:
        raise Nonsense
    return [[_read(one) for one in _few(findings)] for findings in told]


def _written(finding: Finding) -> list[object]:
    place = finding.place
    if isinstance(place, Box):
        where = [float(edge) for edge in (place.left, place.top, place.right, place.bottom)]
    else:
        where = [float(place.start), float(place.end)] if place else []
    return [finding.text, float(finding.confidence), finding.language, where]


def _few(findings: Any) -> list[Any]:
    if not isinstance(findings, list) or len(findings) > _MOST:
        raise Nonsense
    return findings


def _read(told: Any) -> Finding:
    match told:
        case [str() as text, sure, str() | None as language, list() as where] if len(language or "") <= _LONGEST_TAG:
            return Finding(text, min(1.0, max(0.0, _number(sure))), language, _place(where))
    raise Nonsense


def _place(where: list[Any]) -> Box | Span | None:
    edges = [_number(edge) for edge in where]
    if len(edges) == 4:
        return Box(*edges)
    if len(edges) == 2:
        return Span(*edges)
    if edges:
        raise Nonsense
    return None


def _number(told: Any) -> float:
    if not isinstance(told, float) or not math.isfinite(told):  # the other side writes floats alone
        raise Nonsense
    return told
