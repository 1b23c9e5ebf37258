"""From what an adapter found to observations: what is too uncertain is left out, the rest bounded."""

from __future__ import annotations

from collections.abc import Sequence

from agents.errors import ModelBusy
from agents.language import CJK
from agents.ports import Card
from agents.untrusted import shortened
from agents.values import Finding, Observation, ObservationKind, Outcome, Span

__all__ = ["chosen", "could_not"]

_KEPT = {
    ObservationKind.TRANSCRIPT: 1,
    ObservationKind.SOUNDTRACK: 1,
    ObservationKind.CAPTION: 3,
    ObservationKind.ANSWER: 1,
    ObservationKind.TEXT_IN_IMAGE: 200,
    ObservationKind.SENTIMENT: 1,
    ObservationKind.EMOTION: 1,
}
_LONGEST = {
    ObservationKind.TRANSCRIPT: 40_000,
    ObservationKind.SOUNDTRACK: 40_000,
}  # characters; everything else is shorter
_LONGEST_ELSE = 1_000

_FAILED = {
    ObservationKind.TRANSCRIPT: "could not listen to the recording",
    ObservationKind.SOUNDTRACK: "could not listen to the video",
    ObservationKind.DOCUMENT_TEXT: "could not read the document",
    ObservationKind.CAPTION: "could not look at the photo",
    ObservationKind.ANSWER: "could not look for the answer in the photo",
    ObservationKind.TEXT_IN_IMAGE: "could not read text in the photo",
    ObservationKind.SENTIMENT: "could not tell the mood of the words",
    ObservationKind.EMOTION: "could not tell the emotion in the voice",
}
_NOTHING = {
    ObservationKind.TRANSCRIPT: "heard no speech",
    ObservationKind.SOUNDTRACK: "heard no speech",
    ObservationKind.DOCUMENT_TEXT: "found no text",
    ObservationKind.CAPTION: "could not name what the photo shows",
    ObservationKind.ANSWER: "could not see the answer in the photo",
    ObservationKind.TEXT_IN_IMAGE: "found no readable text",
    ObservationKind.SENTIMENT: "could not tell the mood of the words",
    ObservationKind.EMOTION: "could not tell the emotion in the voice",
}
_WHY = {
    Outcome.UNREADABLE: "it cannot be opened",
    Outcome.LATE: "it took too long",
    Outcome.FAILED: "the model is missing or failed",
}
_BUSY = "too much was waiting"


def chosen(
    kind: ObservationKind, findings: Sequence[Finding], card: Card, seconds: float, part: int
) -> list[Observation]:
    """The findings worth keeping, as the model's card declares; a recording's pieces become one transcript."""
    if kind.is_of_speech:
        findings = _joined(findings)
    kept = [finding for finding in findings if finding.text.strip() and finding.confidence >= card.half_from]
    return [
        Observation(
            kind=kind,
            text=shortened(finding.text.strip(), _LONGEST.get(kind, _LONGEST_ELSE)),
            confidence=finding.confidence,
            model=card.reference,
            seconds=seconds,
            part=part,
            language=finding.language,
            place=finding.place,
        )
        for finding in kept[: _KEPT[kind]]
    ]


def could_not(
    kind: ObservationKind,
    outcome: Outcome,
    part: int,
    model: str = "",
    seconds: float = 0.0,
    confidence: float = 0.0,
    *,
    code: str | None = None,
) -> Observation:
    """A sense that perceived nothing or failed, saying so in plain words; ``code`` tells how it failed."""
    why = _BUSY if code == ModelBusy.code else _WHY.get(outcome)
    text = f"{_FAILED[kind]}: {why}" if why else _NOTHING[kind]
    return Observation(kind, text, confidence, model, seconds, part, outcome=outcome)


def _joined(findings: Sequence[Finding]) -> list[Finding]:
    """One finding of several pieces of speech, its confidence the mean by length of text."""
    pieces = [finding for finding in findings if finding.text.strip()]
    if len(pieces) < 2:
        return pieces
    text = pieces[0].text.strip()
    for piece in pieces[1:]:
        following = piece.text.strip()
        glue = "" if _is_han(text[-1]) or _is_han(following[0]) else " "
        text += glue + following
    spans = [piece.place for piece in pieces if isinstance(piece.place, Span)]
    return [
        Finding(
            text=text,
            confidence=sum(p.confidence * len(p.text) for p in pieces) / sum(len(p.text) for p in pieces),
            language=pieces[0].language,
            place=Span(spans[0].start, spans[-1].end) if spans else None,
        )
    ]


def _is_han(sign: str) -> bool:
    return CJK[0] <= sign <= "\u9fff" or "\uf900" <= sign <= "\ufaff" or sign in "，。！？、：；"
