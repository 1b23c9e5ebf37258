"""An answer as it is said: what was heard above it, what a reader may do about it below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from agents.ports import Wording
from agents.values import Observation, Reply, Trace
from bot.choices import Buttons
from bot.incoming import Incoming
from bot.offers import Offers
from bot.said import Choices, Said
from bot.transcripts import Transcripts

__all__ = ["Composing"]


@dataclass(frozen=True, slots=True)
class Composing:
    wording: Wording
    transcripts: Transcripts

    async def said(
        self, to: Incoming, turn: int, reply: Reply, observations: Sequence[Observation], trace: Trace | None = None
    ) -> Said:
        """The reply of a turn of that number, which rests on the observations. Never raises."""
        choices = self._choices(to, turn, reply, Offers.of(observations, trace))
        if any(observation.kind.is_of_speech for observation in observations):
            text, above = self.transcripts.parted(reply.text, observations, await self.transcripts.shown(to))
            if text.strip():
                return Said(text, markdown=True, above=above, choices=choices)
        return Said(reply.text, markdown=True, choices=choices)

    def _choices(self, to: Incoming, turn: int, reply: Reply, offers: Offers) -> Choices:
        """None under an answer given on somebody's behalf: who reads it talks to them, not to us."""
        if reply.stopped or not reply.text.strip() or to.host is not None:
            return ()
        return Buttons(self.wording).under_answer(turn, reply.language, offers)
