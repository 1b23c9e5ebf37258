"""Groups: topics, administrators who stay anonymous, the bot's membership, and moving to a supergroup."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

from tests.emulator import members
from tests.emulator.chats import Chat
from tests.emulator.people import AnyoneSpeaking
from tests.emulator.world import World

if TYPE_CHECKING:
    from tests.emulator.people import Person

__all__ = ["AnonymousAdmin", "Groups"]

_ANONYMOUS = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
_supergroups = count(1_000_000_001)


class AnonymousAdmin(AnyoneSpeaking):
    """An administrator who speaks in the group's own name."""

    def __init__(self, world: World, group: int) -> None:
        super().__init__(world)
        self._group = group

    def chat_of(self, chat: int | None) -> Chat:
        return self.world.chats.at(self._group)

    def signature(self, chat: Chat) -> dict[str, Any]:
        return {"from": _ANONYMOUS, "sender_chat": chat.entry}


class Groups:
    """What happens to groups, named by their ids."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def topic(self, group: int, name: str, by: Person) -> int:
        """Open a topic of a forum: its thread id, which is the id of the message that tells of it."""
        chat = self._world.chats.at(group)
        created = {"name": name, "icon_color": 7322096}
        message = self._world.chats.write(chat, {"from": by.entry, "forum_topic_created": created})
        number = int(message["message_id"])
        message |= {"message_thread_id": number, "is_topic_message": True}
        chat.topics[number] = True
        await by.tell(chat, "message", message)
        return number

    async def close_topic(self, group: int, topic: int, by: Person) -> None:
        chat = self._world.chats.at(group)
        chat.topics[topic] = False
        await by.send({"forum_topic_closed": {}}, chat=group, topic=topic)

    def anonymous(self, group: int) -> AnonymousAdmin:
        return AnonymousAdmin(self._world, group)

    def appoint(self, group: int, person: Person, *, owner: bool = False) -> None:
        """Make somebody an administrator, of which the bot is not told."""
        become = members.owner if owner else members.administrator
        self._world.chats.at(group).administrators[person.id] = become(person.entry)

    def dismiss(self, group: int, person: Person) -> None:
        """Make somebody a plain member again, of which the bot is not told."""
        del self._world.chats.at(group).administrators[person.id]

    async def promote(self, group: int, by: Person) -> int:
        """Make the bot an administrator: the update's id."""
        chat = self._world.chats.at(group)
        old = self._standing(chat)
        chat.administrator = True
        return await self._tell(chat, by, old)

    async def add_bot(self, group: int, by: Person) -> int:
        chat = self._world.chats.at(group)
        old = members.left(self._world.me)
        chat.present = True
        await by.send({"new_chat_members": [self._world.me]}, chat=group)
        return await self._tell(chat, by, old)

    async def remove_bot(self, group: int, by: Person) -> int:
        chat = self._world.chats.at(group)
        old = self._standing(chat)
        chat.present = chat.administrator = False
        return await self._tell(chat, by, old)

    async def migrate(self, group: int, by: Person) -> int:
        """Turn a basic group into a supergroup, told in both chats: the new id. Sends to the old one meet 400."""
        old = self._world.chats.at(group)
        number = -1_000_000_000_000 - next(_supergroups)
        entry = {**old.entry, "id": number, "type": "supergroup"}
        kept = {"administrator": old.administrator, "administrators": old.administrators}
        new = self._world.chats.open(entry, privacy=old.privacy, **kept)
        for chat, told in ((old, {"migrate_to_chat_id": number}), (new, {"migrate_from_chat_id": group})):
            message = self._world.chats.write(chat, {"from": by.entry, "sender_chat": chat.entry, **told})
            await by.tell(chat, "message", message)
        old.moved_to = number
        return number

    def _standing(self, chat: Chat) -> dict[str, Any]:
        me = self._world.me
        if not chat.present:
            return members.kicked(me)
        return members.administrator(me) if chat.administrator else members.member(me)

    async def _tell(self, chat: Chat, by: Person, old: dict[str, Any]) -> int:
        told = members.changed(chat.entry, by.entry, old, self._standing(chat))
        return await self._world.updates.emit({"my_chat_member": told})
