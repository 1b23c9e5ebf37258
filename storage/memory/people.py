"""Who was let in and kept out, in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from itertools import count

from storage.clock import Clock, utc_now
from storage.columns import in_utc, storable
from storage.errors import StorageConflict
from storage.people import hash_of
from storage.ports import Invite, Known, Standing

__all__ = ["MemoryPeople"]


class MemoryPeople:
    """Fills ``storage.ports.People``."""

    def __init__(self, *, clock: Clock = utc_now) -> None:
        self._clock = clock
        self._known: dict[tuple[str, str], Known] = {}
        self._ids = count(1)
        self._invites: dict[str, Invite] = {}

    async def of(self, channel: str, person: str) -> Known | None:
        return self._known.get((storable(channel), storable(person)))

    async def decide(self, known: Known) -> None:
        known = Known(
            storable(known.channel),
            storable(known.id),
            known.standing,
            None if known.name is None else storable(known.name),
            storable(known.by),
            in_utc(known.at),
        )
        self._known[known.channel, known.id] = known

    async def forget(self, channel: str, person: str) -> bool:
        return self._known.pop((storable(channel), storable(person)), None) is not None

    async def all(self) -> AsyncIterator[Known]:
        for _, known in sorted(self._known.items()):
            yield known

    async def invite(self, code: str, invite: Invite) -> Invite:
        self._invites = {key: one for key, one in self._invites.items() if self._is_good(one)}
        if hash_of(code) in self._invites:
            raise StorageConflict("invite")
        kept = Invite(
            next(self._ids), storable(invite.label), invite.left, in_utc(invite.expires_at), storable(invite.by)
        )
        self._invites[hash_of(code)] = kept
        return kept

    async def invites(self) -> AsyncIterator[Invite]:
        for invite in list(self._invites.values()):
            if self._is_good(invite):
                yield invite

    async def revoke(self, invite: int) -> bool:
        code = next((code for code, one in self._invites.items() if one.id == invite), None)
        return code is not None and self._invites.pop(code) is not None

    async def redeem(self, code: str, person: Known) -> Invite | None:
        invite = self._invites.get(hash_of(code))
        if invite is None or not self._is_good(invite) or await self.of(person.channel, person.id) is not None:
            return None
        self._invites[hash_of(code)] = used = replace(invite, left=invite.left - 1)
        await self.decide(replace(person, standing=Standing.ADMITTED))
        return used

    def _is_good(self, invite: Invite) -> bool:
        return invite.left > 0 and invite.expires_at > self._clock()
