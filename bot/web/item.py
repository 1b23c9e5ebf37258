"""Item: one turn as the page shows it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Literal

from agents.values import Observation
from bot.incoming import Incoming, IncomingMedia, IncomingPart, IncomingText
from bot.web.kinds import shown_type
from storage.columns import storable
from storage.ports import LoggedPart, LoggedTurn

__all__ = ["Item", "State", "answered_item", "item_key", "observed", "unanswered_item"]

State = Literal["waiting", "working", "done", "stopped", "failed"]
Facts = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Item:
    """``key`` is unique in its chat; ``at`` is when it was received; ``text`` is the reply so far or whole."""

    key: str
    state: State
    at: datetime
    parts: tuple[Facts, ...]
    observations: tuple[Facts, ...] = ()
    text: str = ""
    language: str | None = None

    def facts(self) -> dict[str, object]:
        """As JSON takes it."""
        return asdict(self) | {"at": self.at.isoformat()}


def item_key(row_key: str) -> str:
    """The part of an inbox row's key that is unique in its chat."""
    return row_key.partition(":")[2]


def unanswered_item(incoming: Incoming, at: datetime, state: State) -> Item:
    return Item(item_key(incoming.key), state, at, tuple(_part_in(part) for part in incoming.parts))


def answered_item(turn: LoggedTurn, unanswered: State) -> Item:
    """A turn as stored; ``unanswered`` is its state when it has no reply."""
    reply = turn.reply
    state: State = unanswered if reply is None else "stopped" if reply.stopped else "done"
    return Item(
        key=item_key(turn.key) if turn.key else f"turn-{turn.id}",
        state=state,
        at=turn.received_at,
        parts=tuple(_part_kept(part) for part in turn.parts),
        observations=observed(turn.observations),
        text="" if reply is None else reply.text,
        language=None if reply is None else reply.language,
    )


def observed(observations: Sequence[Observation]) -> tuple[Facts, ...]:
    """Observations without the places in the media, which the page does not show."""
    return tuple(
        {
            "part": one.part,
            "kind": one.kind.value,
            "text": storable(one.text),
            "confidence": _share(one.confidence),
            "outcome": one.outcome.value,
            "language": one.language,
            "model": one.model,
            "seconds": one.seconds if math.isfinite(one.seconds) else 0.0,
        }
        for one in observations
    )


def _share(number: float) -> float:
    return min(1.0, max(0.0, number)) if math.isfinite(number) else 0.0


def _part_in(part: IncomingPart) -> Facts:
    if isinstance(part, IncomingText):
        return _text(part.text)
    if isinstance(part, IncomingMedia):
        return _media(part.kind, part.ref, part.media_type)
    return {"kind": "unread", "what": part.what, "reason": part.reason}


def _part_kept(part: LoggedPart) -> Facts:
    if part.kind == "text":
        return _text(part.text or "")
    if part.media is not None:
        return _media(part.kind, part.media, part.media_type)
    return {"kind": "unread", "what": part.text, "reason": part.reason}


def _text(text: str) -> Facts:
    return {"kind": "text", "text": text}


def _media(kind: str, key: str, media_type: str | None) -> Facts:
    return {"kind": kind, "url": f"/media/{key}", "type": shown_type(kind, media_type)}
