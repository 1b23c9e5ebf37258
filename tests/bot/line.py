"""A messenger in a box: a channel whose messages a test reads, before a desk with storage in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

from agents.assistant import Assistant
from agents.models.scripted import ScriptedLLM, ScriptedSense
from agents.ports import Senses, Speaker
from agents.values import Finding
from bot.access import Access
from bot.channel import FileGone, Known, Previewed, Watcher
from bot.conversing import Conversing
from bot.deciding import Deciding
from bot.gate import Gate
from bot.gathering import Gathering
from bot.inbox import Desk
from bot.incoming import Incoming, IncomingMedia, IncomingText, Sender
from bot.notices import Notices
from bot.orders.choosing import Choosing
from bot.orders.registry import Orders, usual_orders
from bot.patience import Patience
from bot.reading_aloud import ReadingAloud
from bot.said import Choices, Said
from bot.stopping import Stops
from bot.texts import Texts
from bot.turns import Turns
from storage.memory import MemoryConversations, MemoryInbox, MemoryMedia, MemoryPreferences
from storage.ports import Doubt

__all__ = ["Line", "Sent", "Shop", "open_shop", "photo"]


@dataclass(slots=True)
class Sent:
    id: str
    chat: str
    said: Said
    choices: Choices
    edits: int = 0

    @property
    def text(self) -> str:
        return self.said.text


@dataclass(slots=True)
class Line:
    """Fills ``bot.channel.Channel``: a whole answer is one piece, and files are what a test puts into ``files``."""

    files: dict[str, bytes] = field(default_factory=dict)
    sent: list[Sent] = field(default_factory=list)
    fetched: list[str] = field(default_factory=list)
    name: str = "telegram"

    async def fetch(self, ref: str) -> bytes:
        self.fetched.append(ref)
        if ref not in self.files:
            raise FileGone(ref)
        return self.files[ref]

    def compose(self, said: Said) -> list[Said]:
        return [said] if said.voice is None else [replace(said, voice=None), replace(said, text="")]

    async def send(self, to: Incoming, piece: Said, instead: str | None = None) -> str:
        old = next((sent for sent in self.sent if sent.id == instead), None)
        if old is None:
            self.sent.append(Sent(f"m{len(self.sent)}", to.chat, piece, piece.choices))
            return self.sent[-1].id
        old.said, old.choices, old.edits = piece, piece.choices, old.edits + 1
        return old.id

    def newest(self, to: Incoming) -> str:
        return self.sent[-1].id if self.sent else "m"

    async def found(
        self, to: Incoming, piece: Said, doubt: Doubt, known: Known, looking: Callable[[str], None]
    ) -> str | None:
        behind = [sent for sent in self.sent if sent.chat == to.chat and (doubt.after == "m" or sent.id > doubt.after)]
        return next((sent.id for sent in behind if sent.said.text == piece.text), None)

    async def adorn(self, to: Incoming, message: str, choices: Choices) -> None:
        next(sent for sent in self.sent if sent.id == message).choices = choices

    async def withdraw(self, to: Incoming, message: str) -> None:
        self.sent = [sent for sent in self.sent if sent.id != message]

    def working(
        self, on: Incoming, previewed: Previewed, preview: str | None = None
    ) -> AbstractAsyncContextManager[Watcher]:
        return nullcontext(lambda _: None)


@dataclass(slots=True)
class Shop:
    """Someone's messages go in by ``say``; all have been worked on when it returns."""

    line: Line
    desk: Desk
    turns: Turns
    conversations: MemoryConversations
    inbox: MemoryInbox
    llm: ScriptedLLM
    preferences: MemoryPreferences
    stops: Stops
    buried: list[Any]
    _numbers: Any = field(default_factory=lambda: count(1))

    async def say(self, *parts: Any, chat: str = "7", sender: str = "7", **more: Any) -> Incoming:
        (said,) = await self.say_all([self.incoming(*parts, chat=chat, sender=sender, **more)])
        return said

    async def say_all(self, said: Sequence[Incoming]) -> Sequence[Incoming]:
        await self.desk.accept_all(said)
        await self.desk.idle()
        return said

    def incoming(self, *parts: Any, chat: str = "7", sender: str = "7", **more: Any) -> Incoming:
        """Strings are typed, everything else is a part; each part stands in the message."""
        number = next(self._numbers)
        message = more.pop("message", f"u{number}")
        made = [IncomingText(text=part) if isinstance(part, str) else part for part in parts]
        placed = tuple(part if part.message else part.model_copy(update={"message": message}) for part in made)
        who = Sender(id=sender, name=more.pop("name", "Ada"), locale=more.pop("locale", "en"))
        told = {"key": f"k{number}", "message": message, "whole": False, "said_at": 1_000 + number * 60, **more}
        return Incoming(channel="telegram", chat=chat, sender=who, parts=placed, **told)

    @property
    def texts(self) -> list[str]:
        return [sent.text for sent in self.line.sent]


def photo(ref: str = "photo", **more: Any) -> IncomingMedia:
    return IncomingMedia(kind="photo", ref=ref, media_type="image/jpeg", **more)


def senses() -> Senses:
    """What is seen is a cat, and there is nothing to read."""
    return Senses(
        captioner=ScriptedSense(lambda _: [Finding("a cat", 0.9)]),
        text_reader=ScriptedSense(lambda _: []),
    )


@asynccontextmanager
async def open_shop(
    script: Any = ("An answer.",) * 50,
    *,
    gate: Gate | None = None,
    speaker: Speaker | None = None,
    files: Mapping[str, bytes] | None = None,
    gathering: Gathering | None = None,
    deciding: Deciding | None = None,
    transcriber: ScriptedSense | None = None,
    preferences: MemoryPreferences | None = None,
    workers: int = 8,
    line: Line | None = None,
) -> AsyncIterator[Shop]:
    """A desk at work with a scripted language model; bursts and albums are gathered in next to no time."""
    wording, line, inbox, media = Texts(), line or Line(dict(files or {})), MemoryInbox(), MemoryMedia()
    preferences = preferences or MemoryPreferences()
    conversations, llm = MemoryConversations(media, inbox=inbox), ScriptedLLM.of(script)
    access, stops = {"telegram": Access(everybody=True)}, Stops()
    how = {"transcripts": "long-collapsed", "speaks": speaker is not None}
    choosing = Choosing.of(preferences, wording, **how, deciding=deciding)
    turns = Turns(
        {"telegram": line},
        Conversing(Assistant(replace(senses(), transcriber=transcriber), llm, wording), conversations),
        inbox,
        access,
        wording,
        stops,
        gate=gate,
        media=media,
        aloud=ReadingAloud(speaker, preferences),
        orders=Orders(usual_orders(conversations, wording, stops, choosing, deciding), wording),
        choosing=choosing,
    )
    notices = Notices({"telegram": line}, access, wording, gate=gate, preferences=preferences)
    desk = Desk(
        inbox,
        turns.work,
        notices.buried,
        notices.delayed,
        workers=workers,
        patience=Patience(backoff=0.01),
        gathering=gathering or Gathering(0.02, 0.02, 1.0),
    )
    await desk.start()
    try:
        yield Shop(line, desk, turns, conversations, inbox, llm, preferences, stops, [])
    finally:
        await desk.stop()
