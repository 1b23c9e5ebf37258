"""Who is answered: those the operator's settings name, who was let in by an invite or an admin, and nobody blocked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from agents.ports import Wording
from bot.access import Access
from bot.allowances import Allowances
from bot.heard import Heard
from bot.incoming import Incoming, Sender
from bot.said import Said
from bot.texts import language_of
from storage.ports import InboxRow, Known, People, Standing

__all__ = ["Gatekeeper"]

_SILENCE = Said("")
_LONGEST_CODE = 64


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

    async def refusal(self, said: Incoming, row: InboxRow) -> Said | None:
        language = language_of(said.sender.locale)
        standing = await self._standing(said)
        if standing is Standing.BLOCKED:
            return _SILENCE
        if standing is None:
            return await self._stranger(said, language)
        if said.command or said.act or self.is_admin(said) or row.attempts > 1:
            return None  # nothing to count, or counted at the first try
        spent = await self.allowances.spend(said, row)
        if spent is None:
            return None
        if spent.kind == "messages" and not self.told.due((said.channel, f"{said.chat}/{said.sender.id}")):
            return _SILENCE  # a flood is not answered message by message
        return Said(self.wording.say(f"gate.{spent.kind}_spent", language, wait=spent.wait))

    async def admits(self, said: Incoming) -> bool:
        return await self._standing(said) is Standing.ADMITTED

    def is_admin(self, said: Incoming) -> bool:
        return self._is_of(self.admins, said, said.sender)

    async def _standing(self, said: Incoming) -> Standing | None:
        """None: a stranger. Admins cannot be blocked, or nobody could take it back."""
        who = said.host or said.sender
        if self.is_admin(said):
            return Standing.ADMITTED
        known = await self.people.of(said.channel, said.sender.id)
        if known is not None and known.standing is Standing.BLOCKED:
            return Standing.BLOCKED
        if self.access[said.channel].allows(who, said.chat) or self._is_of(self.admins, said, who):
            return Standing.ADMITTED
        if said.host is not None:
            known = await self.people.of(said.channel, who.id)
        return Standing.ADMITTED if known is not None and known.standing is Standing.ADMITTED else None

    def _is_of(self, names: Mapping[str, Access], said: Incoming, who: Sender) -> bool:
        named = names.get(said.channel)
        return named is not None and named.allows(who)

    async def _stranger(self, said: Incoming, language: str) -> Said:
        """Let somebody in whose message is a code that lets people in; tell others that they are not."""
        if said.act is not None:
            return _SILENCE
        code = _code(said)
        if code and not said.crowd:
            guest = Known(
                said.channel, said.sender.id, Standing.ADMITTED, said.sender.name, "invite", datetime.now(UTC)
            )
            if await self.people.redeem(code, guest) is not None:
                return Said(self.wording.say("gate.welcome", language))
        if not self.told.due((said.channel, f"{said.chat}/{said.sender.id}")):
            return _SILENCE
        return Said(self.wording.say("desk.denied", language, id=said.sender.id))


def _code(said: Incoming) -> str:
    """What may be a code: what follows /start, as links bring it, or a text alone."""
    if said.command == "start":
        return said.arguments.strip()[:_LONGEST_CODE]
    texts = [part.text.strip() for part in said.parts if part.kind == "text" and not part.quoted]
    return texts[0] if len(texts) == 1 and len(said.parts) == 1 and len(texts[0]) <= _LONGEST_CODE else ""
