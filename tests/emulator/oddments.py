"""Everything else people can send: what a bot does not hear, see or read."""

from __future__ import annotations

from typing import Unpack

from tests.emulator.messages import Posted
from tests.emulator.speaking import Place, Speaker

__all__ = ["OddmentSpeaker"]


class OddmentSpeaker(Speaker):
    async def contact(self, **place: Unpack[Place]) -> Posted:
        return await self.send({"contact": {"phone_number": "+10000000000", "first_name": "Example"}}, **place)

    async def poll(self, **place: Unpack[Place]) -> Posted:
        options = [{"persistent_id": name, "text": name, "voter_count": 0} for name in ("tea", "coffee")]
        flags = {"is_closed": False, "is_anonymous": True, "allows_multiple_answers": False, "type": "regular",
                 "allows_revoting": True, "members_only": False}  # fmt: skip
        poll = {"id": "1", "question": "Tea?", "options": options, "total_voter_count": 0, **flags}
        return await self.send({"poll": poll}, **place)

    async def dice(self, **place: Unpack[Place]) -> Posted:
        return await self.send({"dice": {"emoji": "🎲", "value": 4}}, **place)

    async def location(self, **place: Unpack[Place]) -> Posted:
        return await self.send({"location": {"latitude": 52.5, "longitude": 13.4}}, **place)

    async def venue(self, **place: Unpack[Place]) -> Posted:
        """Telegram fills ``location`` as well."""
        where = {"latitude": 52.5, "longitude": 13.4}
        venue = {"location": where, "title": "Café", "address": "Here 1"}
        return await self.send({"venue": venue, "location": where}, **place)

    async def nothing(self, **place: Unpack[Place]) -> Posted:
        """A message without any content."""
        return await self.send({}, **place)
