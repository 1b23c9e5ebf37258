"""Channels, which post in their own name."""

from __future__ import annotations

from typing import Any

from tests.emulator.chats import Chat
from tests.emulator.origins import from_channel
from tests.emulator.people import AnyoneSpeaking
from tests.emulator.world import World

__all__ = ["Channel", "LinkedChannel"]

_TELEGRAM = {"id": 777000, "is_bot": False, "first_name": "Telegram"}


class Channel(AnyoneSpeaking):
    kind = "channel_post"
    edited = "edited_channel_post"

    def __init__(self, world: World, id: int) -> None:
        super().__init__(world)
        self.id = id

    def chat_of(self, chat: int | None) -> Chat:
        return self.world.chats.at(self.id)

    def signature(self, chat: Chat) -> dict[str, Any]:
        return {"sender_chat": chat.entry}

    def linked_to(self, group: int) -> LinkedChannel:
        """The channel as its posts come to the group where they are discussed."""
        return LinkedChannel(self.world, self.world.chats.at(self.id), group)


class LinkedChannel(AnyoneSpeaking):
    """Posts that Telegram itself forwards."""

    def __init__(self, world: World, channel: Chat, group: int) -> None:
        super().__init__(world)
        self._channel = channel
        self._group = group

    def chat_of(self, chat: int | None) -> Chat:
        return self.world.chats.at(self._group)

    def signature(self, chat: Chat) -> dict[str, Any]:
        origin = from_channel(self._channel.entry["title"], self._channel.id)
        return {"from": _TELEGRAM, "sender_chat": self._channel.entry, "is_automatic_forward": True,
                "forward_origin": origin}  # fmt: skip
