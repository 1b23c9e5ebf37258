"""Observations and senses for tests, short to write."""

from __future__ import annotations

from agents.models.scripted import ScriptedSense
from agents.ports import Card, Senses
from agents.values import Box, Observation, ObservationKind, Outcome

__all__ = ["ALL", "EMBEDDED", "answer", "caption", "line", "lines", "nothing", "transcript"]

# The senses of a profile that has them all, and of one that names things and cannot answer questions about photos.
ALL = Senses(
    ScriptedSense(card=Card("scripted:transcript")),
    ScriptedSense(card=Card("scripted:caption", sentences=False)),
    ScriptedSense(card=Card("scripted:ocr")),
    ScriptedSense(card=Card("scripted:vqa")),
)
EMBEDDED = Senses(ALL.transcriber, ALL.captioner, ALL.text_reader)


def caption(text: str, confidence: float = 0.95, part: int = 0) -> Observation:
    return Observation(ObservationKind.CAPTION, text, confidence, "scripted:caption", 0.1, part)


def line(text: str, part: int = 0, confidence: float = 0.98, box: tuple[float, ...] | None = None) -> Observation:
    place = Box(*box) if box else None
    return Observation(ObservationKind.TEXT_IN_IMAGE, text, confidence, "scripted:ocr", 0.2, part, place=place)


def lines(*texts: str, part: int = 0) -> list[Observation]:
    return [line(text, part, box=(10, 40 * i, 300, 40 * i + 30)) for i, text in enumerate(texts)]


def transcript(text: str, language: str = "en", confidence: float = 0.9, part: int = 0) -> Observation:
    kind = ObservationKind.TRANSCRIPT
    return Observation(kind, text, confidence, "scripted:transcript", 0.5, part, language=language)


def answer(text: str, confidence: float = 0.9, part: int = 0) -> Observation:
    return Observation(ObservationKind.ANSWER, text, confidence, "scripted:vqa", 0.3, part)


def nothing(kind: ObservationKind, outcome: Outcome = Outcome.NOTHING, part: int = 0) -> Observation:
    return Observation(kind, "could not tell", 0.0, "scripted:sense", 0.1, part, outcome=outcome)
