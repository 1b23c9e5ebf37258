"""Who decides what holds for everybody in a group."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from agents.errors import ParleyError
from agents.ports import Wording
from bot.backlog import MEMORY
from bot.heard import Heard
from bot.incoming import Incoming
from bot.said import Said

__all__ = ["Deciding", "Groups", "GroupsSilent"]

_TOLD_EVERY = 60.0  # seconds in which somebody who presses buttons in vain hears why once


class GroupsSilent(ParleyError):
    """The channel does not tell just now who runs a group."""

    code = "groups-silent"


class Groups(Protocol):
    """What a channel knows of its groups."""

    async def runs(self, said: Incoming) -> bool:
        """Whether its sender runs the group that it was said in. Raises GroupsSilent."""
        ...


def _nobody(said: Incoming) -> bool:
    return False


def _telling() -> Heard:
    return Heard(_TOLD_EVERY, MEMORY, time.monotonic)


@dataclass(frozen=True, slots=True)
class Deciding:
    """Who runs a group does, and whoever ``is_admin`` here; in a chat of their own, everybody. ``groups`` is by
    channel.
    """

    wording: Wording
    is_admin: Callable[[Incoming], bool] = _nobody
    groups: Mapping[str, Groups] = field(default_factory=dict)
    told: Heard = field(default_factory=_telling)

    async def refusal(self, said: Incoming, language: str) -> Said | None:
        """What to say to somebody who may not decide, blank to say nothing; None to do what they say."""
        if not said.crowd or self.is_admin(said):
            return None
        groups = self.groups.get(said.channel)
        try:
            if groups is not None and await groups.runs(said):
                return None
        except GroupsSilent:
            return self._refused(said, "who_decides_unknown", language)
        return self._refused(said, "not_yours_to_decide", language)

    def _refused(self, said: Incoming, why: str, language: str) -> Said:
        who = (said.channel, f"{said.chat}/{said.sender.id}")
        silent = said.act is not None and not self.told.due(who)
        return Said("" if silent else self.wording.say(f"commands.{why}", language))
