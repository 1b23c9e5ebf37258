"""What a reader can do about a reply, by how it came about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from agents.values import Observation, Outcome, Trace

__all__ = ["Offers"]

_PASSING = {Outcome.LATE, Outcome.FAILED}


@dataclass(frozen=True, slots=True)
class Offers:
    """``rate``: it says what a model answered, saw or heard, and is no notice or refusal of ours. ``again``: a second
    try may come to something else. ``seen``: something was looked at or listened to for it.
    """

    rate: bool
    again: bool
    seen: bool

    @classmethod
    def of(cls, observations: Sequence[Observation], trace: Trace | None) -> Self:
        """``trace``: None where nobody knows how it came about."""
        perceived = [each for each in observations if not each.kind.is_of_mood]
        if trace is None:
            return cls(rate=True, again=True, seen=bool(perceived))
        asked = any(step.name == "answer" for step in trace.steps)
        failed = asked and any(step.name == "guard" and "fault" in step.facts for step in trace.steps)
        told = [each for each in perceived if each.outcome is Outcome.PERCEIVED]
        if failed:  # what was heard stands above an answer, and is none
            told = [each for each in told if not each.kind.is_of_speech]
        rate = bool(told) or (asked and not failed)
        passing = any(each.outcome in _PASSING for each in perceived)
        return cls(rate=rate, again=rate or asked or passing, seen=bool(perceived))
