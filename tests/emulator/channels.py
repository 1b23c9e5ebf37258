"""Channels, which post in their own name."""

from __future__ import annotations

from typing import Any

from tests.emulator.chats import Chat
from tests.emulator.people import AnyoneSpeaking
from tests.emulator.world import World

__all__ = ["Channel"]


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
