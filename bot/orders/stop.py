"""/stop: no more of the answer that is being made, which was brought to an end when the command came in."""

from __future__ import annotations

from dataclasses import dataclass

from agents.ports import Wording
from bot.incoming import Incoming
from bot.said import Said
from bot.stopping import Stops

__all__ = ["Stop"]


@dataclass(frozen=True, slots=True)
class Stop:
    """The answer that was stopped says so itself; nothing else is said, unless there was none."""

    stops: Stops
    wording: Wording
    name: str = "stop"
    for_admins: bool = False
    in_groups: bool = True

    async def obey(self, said: Incoming, language: str) -> Said:
        if self.stops.settled(said.channel, said.chat, said.key):
            return Said("")
        return Said(self.wording.say("commands.nothing_to_stop", language))
