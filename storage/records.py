"""Values of a turn as plain, storable records and back: one shape for the SQL implementation and the twins.

Making a record replaces what no database keeps: NUL and lone surrogates in text, numbers that are not finite.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any

from agents.values import (
    Box,
    Decision,
    Document,
    Observation,
    ObservationKind,
    Outcome,
    Part,
    Photo,
    Reply,
    Role,
    Span,
    Step,
    Text,
    Trace,
    Unread,
    UnreadReason,
    Utterance,
    Video,
    Voice,
)
from storage.columns import finite, storable
from storage.ports import LoggedPart

__all__ = [
    "Record",
    "heard",
    "logged_part",
    "observation_of",
    "observation_record",
    "part_of",
    "reply_of",
    "reply_record",
    "said",
    "trace_of",
    "trace_record",
]

Record = dict[str, Any]
_KINDS: dict[type[Part], str] = {Photo: "photo", Voice: "voice", Video: "video", Document: "document"}


def _clean(value: Any) -> Any:
    """The value as JSON can hold it in any database."""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, float):
        return finite(value)
    if isinstance(value, Mapping):
        return {storable(str(key)): _clean(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(item) for item in value]
    return value


def _record(value: Any) -> Record:
    return {field.name: _clean(getattr(value, field.name)) for field in fields(value)}


def logged_part(part: Part, media: str | None) -> LoggedPart:
    """The part as stored; ``media`` is the key its bytes were put under."""
    match part:
        case Text():
            return LoggedPart("text", text=storable(part.text), quoted=part.quoted, origin=_name(part.origin))
        case Unread(what, reason, quoted):
            return LoggedPart("unread", text=storable(what), reason=str(reason), quoted=quoted)
        case _:
            return LoggedPart(
                _KINDS[type(part)],
                text=storable(part.name) if isinstance(part, Document) else None,
                media=media,
                media_type=storable(part.media_type),
                quoted=part.quoted,
                origin=_name(part.origin),
            )


def part_of(logged: LoggedPart, data: bytes) -> Part:
    """The part that was stored, with the bytes that its ``media`` leads to."""
    media_type, text, quoted, origin = logged.media_type or "", logged.text or "", logged.quoted, logged.origin
    match logged.kind:
        case "text":
            return Text(text, quoted, origin)
        case "photo":
            return Photo(data, media_type, quoted, origin)
        case "voice":
            return Voice(data, media_type, quoted, origin)
        case "video":
            return Video(data, media_type, quoted, origin)
        case "document":
            return Document(data, media_type, text, quoted, origin)
        case _:
            return Unread(text, UnreadReason(logged.reason or UnreadReason.UNSUPPORTED), quoted)


def _name(told: str | None) -> str | None:
    return None if told is None else storable(told)


def observation_record(observation: Observation) -> Record:
    place: list[Any] | None = None
    match observation.place:
        case Box(left, top, right, bottom):
            place = ["box", left, top, right, bottom]
        case Span(start, end):
            place = ["span", start, end]
    return _record(observation) | {
        "kind": observation.kind.value,
        "outcome": observation.outcome.value,
        "place": _clean(place),
    }


def observation_of(record: Mapping[Any, Any]) -> Observation:
    place: Box | Span | None = None
    match record["place"]:
        case ["box", left, top, right, bottom]:
            place = Box(left, top, right, bottom)
        case ["span", start, end]:
            place = Span(start, end)
    return Observation(
        kind=ObservationKind(record["kind"]),
        text=record["text"],
        confidence=record["confidence"],
        model=record["model"],
        seconds=record["seconds"],
        part=record["part"],
        outcome=Outcome(record["outcome"]),
        language=record["language"],
        place=place,
    )


def reply_record(reply: Reply) -> Record:
    return _record(reply)


def reply_of(record: Mapping[Any, Any]) -> Reply:
    return Reply(
        text=record["text"],
        language=record["language"],
        rests_on=tuple(record["rests_on"]),
        guarded=record["guarded"],
        stopped=bool(record["stopped"]),
    )


def trace_record(trace: Trace) -> Record:
    return {
        "seconds": _clean(trace.seconds),
        "route": [_record(decision) for decision in trace.route],
        "steps": [_record(step) for step in trace.steps],
    }


def trace_of(record: Mapping[Any, Any]) -> Trace:
    return Trace(
        steps=tuple(Step(**step) for step in record["steps"]),
        route=tuple(Decision(**decision) for decision in record["route"]),
        seconds=record["seconds"],
    )


def heard(parts: Iterable[LoggedPart], observations: Iterable[Observation], speaker: str | None = None) -> Utterance:
    """The user's side of a stored turn: what was typed now, not what is quoted from before.

    ``speaker`` is who said it, when it was said in a crowd.
    """
    return Utterance.of((part_of(part, b"") for part in parts), observations, speaker)


def said(reply_text: str) -> Utterance:
    return Utterance(Role.ASSISTANT, reply_text)
