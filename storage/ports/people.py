"""The port of who was let in and kept out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

__all__ = ["Invite", "Known", "People", "Standing"]


class Standing(StrEnum):
    """What was decided about a person, beyond the operator's settings."""

    ADMITTED = "admitted"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class Known:
    """A person about whom something was decided. ``name`` is what they went by then; ``by``: who decided, or how."""

    channel: str
    id: str
    standing: Standing
    name: str | None
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Invite:
    """A code that lets people in, as far as it is not used up or out of date. The code itself is kept as a hash only.

    ``label`` is what its maker calls it, ``left`` how many more people it lets in.
    """

    id: int
    label: str
    left: int
    expires_at: datetime
    by: str


class People(Protocol):
    """Who was let in or kept out. Ids are those of a channel."""

    async def of(self, channel: str, person: str) -> Known | None: ...

    async def decide(self, known: Known) -> None:
        """Let somebody in, or keep them out; it takes the place of what was decided before."""
        ...

    async def forget(self, channel: str, person: str) -> bool:
        """Undo what was decided; False when nothing was."""
        ...

    def all(self) -> AsyncIterator[Known]:
        """By channel and id, in bounded memory."""
        ...

    async def invite(self, code: str, invite: Invite) -> Invite:
        """Keep an invite for the code (its ``id`` is given here).

        Raises StorageConflict when another that still lets somebody in has this code.
        """
        ...

    def invites(self) -> AsyncIterator[Invite]:
        """Those that still let somebody in."""
        ...

    async def revoke(self, invite: int) -> bool:
        """Forget an invite; False when there was none. Who came in by it stays."""
        ...

    async def redeem(self, code: str, person: Known) -> Invite | None:
        """Let the person in by a code, which is then used once more, all or nothing; None when it is no good.

        Somebody who is in already, or blocked, uses nothing up and gets None.
        """
        ...
