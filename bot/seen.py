"""What was heard and seen in the media of a turn, with how sure the models are, for its sender to look at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from agents.moments import clock
from agents.ports import Wording
from agents.values import Observation, ObservationKind, Outcome, Span

__all__ = ["Seen"]

_SHOWN = {
    ObservationKind.TRANSCRIPT: "heard",
    ObservationKind.SOUNDTRACK: "heard",
    ObservationKind.CAPTION: "shown",
    ObservationKind.ANSWER: "asked",
    ObservationKind.TEXT_IN_IMAGE: "read",
    ObservationKind.DOCUMENT_TEXT: "document",
}
_WITHOUT = {
    Outcome.NOTHING: "nothing",
    Outcome.UNREADABLE: "unreadable",
    Outcome.LATE: "late",
    Outcome.FAILED: "failed",
}
_MOST = 40  # lines
_LONGEST = 400  # characters of one observation


@dataclass(frozen=True, slots=True)
class Seen:
    """Tells observations, a line each."""

    wording: Wording

    def told(self, observations: Sequence[Observation], language: str) -> str:
        """The lines; moods are nobody's to look at here."""
        told = [self._line(each, language) for each in observations if each.kind in _SHOWN]
        if not told:
            return self._say("nothing_seen", language)
        lines = list(dict.fromkeys(told))
        more = [self._say("more", language, count=len(lines) - _MOST)] if len(lines) > _MOST else []
        return "\n".join([self._say("seen", language), *lines[:_MOST], *more])

    def _line(self, seen: Observation, language: str) -> str:
        what = self._say(_SHOWN[seen.kind], language)
        if seen.outcome is not Outcome.PERCEIVED:
            return self._say("without", language, what=what, why=self._say(_WITHOUT[seen.outcome], language))
        text = seen.text if len(seen.text) <= _LONGEST else f"{seen.text[:_LONGEST]}…"
        return self._say("line", language, when=_when(seen), what=what, text=text, sure=round(100 * seen.confidence))

    def _say(self, key: str, language: str, **facts: object) -> str:
        return self.wording.say(f"marks.{key}", language, **facts)


def _when(seen: Observation) -> str:
    """Where in a recording or video it begins."""
    return f"{clock(seen.place.start)} " if isinstance(seen.place, Span) else ""
