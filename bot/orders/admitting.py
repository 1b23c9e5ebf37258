"""What admins say about who comes in: /invite, /admit, /block."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from agents.ports import Wording
from bot.incoming import Incoming
from bot.inviting import MOST_PEOPLE, invite
from bot.said import Said
from storage.ports import Known, People, Standing

__all__ = ["Decide", "InviteOrder"]

_DAYS = 7
_ID = re.compile(r"-?[0-9]{1,20}")


@dataclass(frozen=True, slots=True)
class InviteOrder:
    """/invite, or /invite 5 for five people."""

    people: People
    wording: Wording
    name: str = "invite"
    for_admins: bool = True
    in_groups: bool = False

    async def obey(self, said: Incoming, language: str) -> Said:
        asked = said.arguments.strip()
        count = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 9 else 1
        count = min(max(count, 1), MOST_PEOPLE)
        code, _ = await invite(self.people, count=count, days=_DAYS, by=said.sender.id)
        return Said(self.wording.say("commands.invited", language, code=code, count=count, days=_DAYS))


@dataclass(frozen=True, slots=True)
class Decide:
    """/admit 4711, /block 4711."""

    name: str
    standing: Standing
    people: People
    wording: Wording
    for_admins: bool = True
    in_groups: bool = False

    async def obey(self, said: Incoming, language: str) -> Said:
        person = said.arguments.strip()
        if not _ID.fullmatch(person):
            return Said(self.wording.say("commands.whom", language, command=self.name))
        by, now = said.sender.id, datetime.now(UTC)
        await self.people.decide(Known(said.channel, person, self.standing, None, by, now))
        return Said(self.wording.say(f"commands.{self.standing.value}", language, id=person))
