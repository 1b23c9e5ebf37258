"""People on the other side: what a test says in their name."""

from __future__ import annotations

from typing import Any, Unpack

from tests.emulator import members
from tests.emulator.albums import AlbumSpeaker
from tests.emulator.chats import Chat
from tests.emulator.messages import BotMessage, Posted
from tests.emulator.oddments import OddmentSpeaker
from tests.emulator.presses import Press, press
from tests.emulator.reactions import react
from tests.emulator.speaking import Place, Speaker, entities_of
from tests.emulator.world import World

__all__ = ["AnyoneSpeaking", "Person"]


class AnyoneSpeaking(AlbumSpeaker, OddmentSpeaker, Speaker):
    """Whoever writes can write all of this."""

    async def text(self, text: str, *, entities: list[dict[str, Any]] | None = None, **place: Unpack[Place]) -> Posted:
        """Text, with the entities for commands, mentions and links that Telegram would find, unless they are given."""
        found = entities_of(text) if entities is None else entities
        return await self.send({"text": text, **({"entities": found} if found else {})}, **place)


class Person(AnyoneSpeaking):
    """A user. Everything goes to the private chat with the bot (whose id is the user's) unless ``chat`` names a group.

    Each call returns what was posted.
    """

    def __init__(self, world: World, entry: dict[str, Any]) -> None:
        super().__init__(world)
        self.entry = entry
        self.id: int = entry["id"]

    def chat_of(self, chat: int | None) -> Chat:
        return self.world.chats.at(self.id if chat is None else chat)

    def signature(self, chat: Chat) -> dict[str, Any]:
        return {"from": self.entry}

    def block(self, blocked: bool = True) -> None:
        """Block the bot: its messages meet 403. The bot is told only by ``stop`` and ``restart``."""
        self.world.chats.at(self.id).blocked = blocked

    async def stop(self) -> int:
        """Block the bot, of which it is told: the update's id."""
        self.block()
        return await self._stand(members.member(self.world.me), members.kicked(self.world.me))

    async def restart(self) -> int:
        """Unblock the bot, of which it is told: the update's id."""
        self.block(False)
        return await self._stand(members.kicked(self.world.me), members.member(self.world.me))

    async def react(self, message: BotMessage | Posted, *emoji: str) -> int:
        """Have these reactions on a message, none taking all away: the update's id, or 0 when the bot is not told."""
        chat = self.world.chats.at(message.key if isinstance(message, BotMessage) else message.chat)
        return await react(self.world, chat, self.entry, message.message_id, emoji)

    async def _stand(self, old: dict[str, Any], new: dict[str, Any]) -> int:
        changed = members.changed(self.world.chats.at(self.id).entry, self.entry, old, new)
        return await self.world.updates.emit({"my_chat_member": changed})

    async def press(self, message: BotMessage, button: str | None = None, *, data: str | None = None) -> Press:
        """Press the button of that text, or of that data. Raises LookupError."""
        return await press(self.world, self.entry, message, text=button, data=data)
