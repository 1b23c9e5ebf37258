"""Who is answered: those the operator's settings name, who was let in by an invite or an admin, and nobody blocked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from agents.ports import Wording
from bot.access import Access, group_of
from bot.allowances import Allowances
from bot.heard import Heard
from bot.incoming import Incoming, Pressed
from bot.inviting import is_code
from bot.moving import FORMER
from bot.said import Said
from bot.texts import language_of
from storage.ports import InboxRow, Known, People, Preferences, Standing

__all__ = ["Gatekeeper"]

_SILENCE = Said("")


@dataclass(frozen=True, slots=True)
class Gatekeeper:
    """Fills ``bot.gate.Gate``. ``access`` and ``admins`` are by channel; ``told`` keeps who heard lately that they are
    strangers or over a limit.

    What is answered on somebody's behalf is theirs to allow, and counted as the sender's.
    """

    access: Mapping[str, Access]
    admins: Mapping[str, Access]
    people: People
    allowances: Allowances
    wording: Wording
    told: Heard
    preferences: Preferences | None = None

    async def refusal(self, said: Incoming, row: InboxRow, *, passed: bool = False) -> Said | None:
        language = language_of(said.sender.locale)
        known = await self.people.of(said.channel, said.sender.id)
        standing = await self._standing(said, known)
        if standing is Standing.BLOCKED or (standing is None and (said.host or said.act)):
            return _SILENCE
        if standing is None:
            return await self._stranger(said, row, language)
        if known is not None and row.tried_before and known.by == _invite_of(row):
            return Said(self.wording.say("gate.welcome", language))
        if passed or not self._counts(said):
            return None
        return await self._spend(said, row, language)

    async def admits(self, said: Incoming) -> bool:
        known = await self.people.of(said.channel, said.sender.id)
        return await self._standing(said, known) is Standing.ADMITTED

    def is_admin(self, said: Incoming) -> bool:
        admins = self.admins.get(said.channel)
        return admins is not None and admins.allows(said.sender)

    async def _standing(self, said: Incoming, known: Known | None) -> Standing | None:
        """None: a stranger. Admins cannot be blocked, or nobody could take it back.

        Of what is answered on somebody's behalf, theirs counts, unless its sender is blocked.
        """
        if known is not None and known.standing is Standing.BLOCKED and not self.is_admin(said):
            return Standing.BLOCKED
        if said.host is not None:
            theirs = said.model_copy(update={"sender": said.host, "host": None})
            return await self._standing(theirs, await self.people.of(said.channel, said.host.id))
        if self.is_admin(said) or self.access[said.channel].allows(said.sender, said.chat):
            return Standing.ADMITTED
        if known is not None:
            return known.standing
        return Standing.ADMITTED if await self._was_admitted(said) else None

    async def _was_admitted(self, said: Incoming) -> bool:
        """Whether the settings name the group by the id it had before it moved."""
        if not said.crowd or self.preferences is None:
            return False
        former = (await self.preferences.of(said.channel, group_of(said.chat))).get(FORMER)
        return former is not None and self.access[said.channel].allows(said.sender, former)

    def _counts(self, said: Incoming) -> bool:
        """Commands and marks cost next to nothing, but for another try, and looking at what was perceived."""
        seen = isinstance(said.act, Pressed) and said.act.what.startswith("seen:")
        works = seen or said.wants_another_try
        return said.channel in self.admins and not self.is_admin(said) and not said.command and (works or not said.act)

    async def _spend(self, said: Incoming, row: InboxRow, language: str) -> Said | None:
        spent = await self.allowances.spend(said, row)
        if spent is None:
            return None
        told = spent.again if spent.kind != "messages" and not spent.never else not self._due(said)
        if told:
            return _SILENCE  # a flood is not answered message by message
        what = f"{spent.kind}_never" if spent.never else f"{spent.kind}_spent"
        return Said(self.wording.say(f"gate.{what}", language, wait=spent.wait))

    async def _stranger(self, said: Incoming, row: InboxRow, language: str) -> Said:
        """Let somebody in whose message is a code that lets people in; tell others that they are not."""
        code = _code(said)
        if code is not None:
            who = said.sender
            guest = Known(said.channel, who.id, Standing.ADMITTED, who.name, _invite_of(row), datetime.now(UTC))
            if await self.people.redeem(code, guest) is not None:
                return Said(self.wording.say("gate.welcome", language))
        if not self._due(said):
            return _SILENCE
        return Said(self.wording.say("desk.denied", language, id=said.sender.id))

    def _due(self, said: Incoming) -> bool:
        return self.told.due((said.channel, f"{said.chat}/{said.sender.id}"))


def _invite_of(row: InboxRow) -> str:
    """Who lets in the sender of a row that brings a code; numbers of rows are never used again."""
    return f"invite in message {row.id}"


def _code(said: Incoming) -> str | None:
    """What may be a code: what follows /start, as links bring it, or a text alone, where nobody else reads it."""
    texts = [part.text.strip() for part in said.parts if part.kind == "text" and not part.quoted]
    alone = texts[0] if len(texts) == len(said.parts) == 1 else ""
    code = said.arguments.strip() if said.command == "start" else alone
    return code if not said.crowd and is_code(code) else None
