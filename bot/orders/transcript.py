"""/transcript: all that was heard in the latest recording of the chat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from agents.ports import Wording
from agents.values import ObservationKind, Outcome, Span
from bot.incoming import Incoming
from bot.said import Said
from storage.ports import Conversations, LoggedTurn

__all__ = ["Transcribed"]

_LOOKED_AT = 20  # turns back
_SPEECH = (ObservationKind.TRANSCRIPT, ObservationKind.SOUNDTRACK)


@dataclass(frozen=True, slots=True)
class Transcribed:
    conversations: Conversations
    wording: Wording
    name: str = "transcript"
    for_admins: bool = False
    in_groups: bool = True

    async def obey(self, said: Incoming, language: str) -> Said:
        turns = await self.conversations.latest(said.channel, said.chat, limit=_LOOKED_AT)
        lines = next((lines for turn in reversed(turns) if (lines := _heard(turn))), None)
        return Said("\n".join(lines) if lines else self.wording.say("commands.no_transcript", language))


def _heard(turn: LoggedTurn) -> Sequence[str]:
    """A line a stretch of speech, with the time it begins where that is known."""
    heard = [each for each in turn.observations if each.kind in _SPEECH]
    return [
        f"{_at(each.place)}{each.text}" if isinstance(each.place, Span) else each.text
        for each in heard
        if each.outcome is Outcome.PERCEIVED
    ]


def _at(place: Span) -> str:
    return "[{}:{:02d}] ".format(*divmod(int(place.start), 60)) if place.start else ""
