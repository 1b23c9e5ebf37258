"""A business account the bot is connected to: its customers, and its owner, who writes to them too."""

from __future__ import annotations

import time
from typing import Any

from tests.emulator.chats import Chat
from tests.emulator.connections import Connection
from tests.emulator.messages import Key, Posted
from tests.emulator.people import AnyoneSpeaking, Person
from tests.emulator.world import World

__all__ = ["Business", "BusinessSpeaker"]


class BusinessSpeaker(AnyoneSpeaking):
    """Customer or owner, in the customer's chat with the business."""

    kind = "business_message"
    edited = "edited_business_message"

    def __init__(self, world: World, connection: Connection, chat: Chat, sender: dict[str, Any]) -> None:
        super().__init__(world)
        self._connection = connection
        self._chat = chat
        self._sender = sender

    def chat_of(self, chat: int | None) -> Chat:
        return self._chat

    def signature(self, chat: Chat) -> dict[str, Any]:
        if self._sender is not self._connection.owner:
            self._connection.heard[chat.id] = time.monotonic()
        return {"from": self._sender, "business_connection_id": self._connection.id}


class Business:
    """The connection as its owner handles it. ``key`` names a customer's chat for the emulator's observers."""

    def __init__(self, world: World, connection: Connection) -> None:
        self._world = world
        self.connection = connection

    def key(self, customer: Person) -> Key:
        return (self.connection.id, customer.id)

    def customer(self, person: Person) -> BusinessSpeaker:
        return self._speaker(person, person.entry)

    def owner_to(self, person: Person) -> BusinessSpeaker:
        """The owner, writing to that customer without the bot; the bot is told."""
        return self._speaker(person, self.connection.owner)

    async def tell_bot(self) -> int:
        return await self._world.updates.emit({"business_connection": self.connection.shown()})

    async def grant(self, **rights: bool) -> int:
        """Change rights: the update's id."""
        self.connection.rights |= rights
        return await self.tell_bot()

    async def disconnect(self) -> int:
        self.connection.enabled = False
        return await self.tell_bot()

    async def delete(self, *posts: Posted) -> int:
        """Take messages of one chat away: the update's id."""
        chat = self._world.chats.at((self.connection.id, posts[0].chat))
        numbers = [post.message_id for post in posts]
        for number in numbers:
            del chat.messages[number]
        told = {"business_connection_id": self.connection.id, "chat": chat.entry, "message_ids": numbers}
        return await self._world.updates.emit({"deleted_business_messages": told})

    def _speaker(self, person: Person, sender: dict[str, Any]) -> BusinessSpeaker:
        entry = dict(self._world.chats.at(person.id).entry)
        chat = self._world.chats.open(entry, self.connection.id)
        return BusinessSpeaker(self._world, self.connection, chat, sender)
