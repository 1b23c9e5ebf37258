"""Turns, answers and arrivals to store."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from agents.values import (
    Answered,
    Box,
    Decision,
    Observation,
    ObservationKind,
    Outcome,
    Photo,
    Reply,
    Span,
    Step,
    Text,
    Trace,
    Turn,
)
from storage.ports import Arrival

MORNING = datetime(2026, 3, 1, 8, tzinfo=UTC)


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = MORNING

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


def url(folder: Path) -> str:
    return f"sqlite:///{folder / 'parley.db'}"


def arrival(key: str, *, chat: str = "7", channel: str = "telegram", payload: str = "{}") -> Arrival:
    return Arrival(channel=channel, chat=chat, key=key, payload=payload)


def turn(text: str, *, sender: str | None = "Ada") -> Turn:
    return Turn((Text(text),), sender=sender, locale="en")


def photo_turn(text: str, data: bytes = b"\xff\xd8 a photo") -> Turn:
    return Turn((Text("before", quoted=True), Photo(data), Text(text)), sender="Ada")


def seen(text: str = "EXIT", confidence: float = 0.9) -> Observation:
    return Observation(
        ObservationKind.TEXT_IN_IMAGE, text, confidence, "rapidocr:PP-OCRv6", 0.2, 1, place=Box(1.0, 2.0, 3.5, 4.0)
    )


def not_heard() -> Observation:
    return Observation(
        ObservationKind.TRANSCRIPT, "", 0.0, "faster-whisper:x", 1.5, 0, Outcome.NOTHING, "zh", Span(0.0, 2.5)
    )


def answered(text: str, *observations: Observation, detail: str = "") -> Answered:
    steps = (
        Step("route", 0.0, 0.01),
        Step("llm", 0.1, 2.0, "llamacpp:x", detail or "prompt", text, 0.5, 100, 20, "model-late", {"tries": "2"}),
    )
    route = (Decision("captioner", "use", "there is a photo"),)
    rests_on = tuple(range(len(observations)))
    return Answered(Reply(text, "en", rests_on, True), observations, Trace(steps, route, 2.1))
