"""How anyone says anything: the message is put into a chat, and the bot is told of it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any, TypedDict, Unpack

from tests.emulator.chats import Chat
from tests.emulator.messages import BotMessage, Posted
from tests.emulator.privacy import hears
from tests.emulator.rules import utf16_length
from tests.emulator.world import World

__all__ = ["External", "Place", "Quote", "Replied", "Speaker", "entities_of"]


@dataclass(frozen=True, slots=True)
class Quote:
    """A reply to a part of a message, chosen by the person."""

    of: Posted | BotMessage
    text: str


@dataclass(frozen=True, slots=True)
class External:
    """A reply to a message of another chat or topic: its origin (``origins``) and content, without its text."""

    origin: dict[str, Any]
    content: dict[str, Any]
    quote: str | None = None


Replied = Posted | BotMessage | Quote | External | int | None


class Place(TypedDict, total=False):
    """Where and how something is said. ``chat``: a group's id, else the private chat. ``reply_to``: anything said there
    before, by either side. ``topic``: a thread id. ``origin``: forwarded from there (``origins``). ``album``: its id.
    """

    chat: int | None
    reply_to: Replied
    topic: int | None
    origin: dict[str, Any] | None
    album: str | None


class Speaker:
    """Someone who writes. Subclasses say where, in whose name, and as which kind of update the bot is told of it."""

    kind = "message"
    edited = "edited_message"

    def __init__(self, world: World) -> None:
        self.world = world

    def chat_of(self, chat: int | None) -> Chat:
        raise NotImplementedError

    def signature(self, chat: Chat) -> dict[str, Any]:
        """The fields that name the sender."""
        raise NotImplementedError

    async def send(self, content: dict[str, Any], **place: Unpack[Place]) -> Posted:
        """Any content, given as Message's own fields."""
        chat = self.chat_of(place.get("chat"))
        fields = {**self.signature(chat), **_forwarded(place.get("origin")), **content}
        if album := place.get("album"):
            fields["media_group_id"] = album
        answered, said = _answer(place.get("reply_to"))
        message = self.world.write(chat, fields | said, topic=place.get("topic"), reply_to=answered)
        return Posted(await self.tell(chat, self.kind, message), chat.id, message)

    async def edit(self, posted: Posted, text: str) -> int:
        """Change a text or a caption: the update's id."""
        name = "text" if "text" in posted.message else "caption"
        mark = "entities" if name == "text" else "caption_entities"
        return await self.change(posted, {name: text, mark: entities_of(text) or None})

    async def change(self, posted: Posted, content: dict[str, Any]) -> int:
        """Change any fields of what was said (None removes one): the update's id."""
        chat = self.chat_of(posted.chat)
        before = chat.messages.get(posted.message_id, posted.message)
        changed = {**before, **content, "edit_date": int(time.time())}
        changed = {name: value for name, value in changed.items() if value is not None}
        chat.messages[posted.message_id] = changed
        return await self.tell(chat, self.edited, changed)

    async def tell(self, chat: Chat, kind: str, message: dict[str, Any]) -> int:
        """The update's id, or 0 when privacy mode keeps the message from the bot."""
        if not hears(chat, message, self.world.me):
            return 0
        return await self.world.updates.emit({kind: message})


def _forwarded(origin: dict[str, Any] | None) -> dict[str, Any]:
    return {"forward_origin": origin} if origin else {}


def _answer(reply_to: Replied) -> tuple[int | None, dict[str, Any]]:
    """The message of this chat that is answered, and what the answer says of it besides."""
    match reply_to:
        case Quote(of=of, text=text):
            whole = of.message.get("text", of.message.get("caption", ""))
            position = utf16_length(whole[: whole.index(text)])
            return of.message_id, {"quote": {"text": text, "position": position, "is_manual": True}}
        case External(origin=origin, content=content, quote=quote):
            quoted = {"quote": {"text": quote, "position": 0, "is_manual": True}} if quote else {}
            return None, {"external_reply": {"origin": origin, **content}, **quoted}
        case Posted() | BotMessage():
            return reply_to.message_id, {}
        case _:
            return reply_to, {}


def entities_of(text: str) -> list[dict[str, Any]]:
    """Commands, mentions, hashtags and links, as words of their own."""
    found = []
    at = 0
    for word in text.replace("\n", " ").split(" "):
        bare = word.strip(".,!?")
        kind = _kind(bare)
        if kind and len(bare) > 1:
            found.append({"type": kind, "offset": utf16_length(text[:at]), "length": utf16_length(bare)})
        at += len(word) + 1
    return found


def _kind(word: str) -> str | None:
    if word.startswith(("https://", "http://")):
        return "url"
    return {"/": "bot_command", "@": "mention", "#": "hashtag"}.get(word[:1])
