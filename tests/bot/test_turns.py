"""Turns: rows that cannot be worked on end as dead letters, and what is sent is not sent again."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager, nullcontext

import pytest

from agents.assistant import Assistant
from agents.models.scripted import ScriptedLLM
from agents.ports import Senses
from bot.access import Access
from bot.channel import DeliveryFailed, Previewed, Watcher
from bot.conversing import Conversing
from bot.inbox import Desk
from bot.incoming import Incoming, IncomingText, Sender
from bot.notices import Notices
from bot.patience import Patience
from bot.said import Choices, Said
from bot.stopping import Stops
from bot.texts import Texts
from bot.turns import Turns
from storage.errors import StorageFull
from storage.memory import MemoryConversations, MemoryInbox, MemoryMedia
from storage.ports import Arrival

GOOD = Incoming(
    channel="gone", chat="1", key="1", sender=Sender(id="1"), parts=(IncomingText(text="hi"),)
).model_dump_json()


@pytest.mark.parametrize(("payload", "code"), [("{}", "payload-unreadable"), (GOOD, "channel-unknown")])
async def test_a_row_of_another_version_or_channel_is_buried_at_once_and_its_worker_lives(
    payload: str, code: str
) -> None:
    inbox, wording = MemoryInbox(), Texts()
    assistant = Assistant(Senses(), ScriptedLLM.of(["fine"]), wording)
    conversing = Conversing(assistant, MemoryConversations(MemoryMedia()))
    turns = Turns({}, conversing, inbox, {}, wording, Stops())
    notices = Notices({}, {}, wording)
    desk = Desk(inbox, turns.work, notices.buried, notices.delayed, workers=1, patience=Patience(backoff=0.01))
    await inbox.accept([Arrival("gone", "1", "1", payload), Arrival("gone", "1", "2", payload)])
    await desk.start()
    await desk.idle()
    await desk.stop()
    dead = [row async for row in inbox.dead()]
    assert [(row.error, row.attempts) for row in dead] == [(code, 1), (code, 1)]


class Pieces:
    """A channel that takes one word at a time, and at the first try not that one."""

    name = "gone"

    def __init__(self, refused: str | None = None) -> None:
        self.sent: list[str] = []
        self.refused = refused

    async def fetch(self, ref: str) -> bytes:
        raise AssertionError("nothing to fetch")

    def compose(self, said: Said) -> list[str]:
        return said.text.split()

    async def send(self, to: Incoming, text: str, instead: str | None = None) -> None:
        if text == self.refused:
            self.refused = None
            raise DeliveryFailed("away", retryable=True)
        self.sent.append(text)

    def newest(self, to: Incoming) -> None:
        """It has no such."""

    async def found(self, to: Incoming, piece: object, doubt: object, known: object, looking: object) -> str | None:
        raise AssertionError("nothing is in doubt")

    async def adorn(self, to: Incoming, message: str, choices: Choices) -> None:
        raise AssertionError("nothing is under it")

    async def withdraw(self, to: Incoming, message: str) -> None:
        raise AssertionError("nothing is surplus")

    def working(
        self, on: Incoming, previewed: Previewed, preview: str | None = None
    ) -> AbstractAsyncContextManager[Watcher]:
        return nullcontext(lambda _: None)


@pytest.mark.parametrize("refused", [None, "two", "three"])
async def test_pieces_that_are_sent_are_not_sent_again_because_that_could_not_be_noted(refused: str | None) -> None:
    class Full(MemoryInbox):
        async def delivered(self, row: int, pieces: int, message: str | None = None) -> None:
            raise StorageFull("full")

    inbox, wording, access, channel = Full(), Texts(), {"gone": Access(everybody=True)}, Pieces(refused)
    assistant = Assistant(Senses(), ScriptedLLM.of(["one two three"]), wording)
    conversing = Conversing(assistant, MemoryConversations(MemoryMedia()))
    channels = {"gone": channel}
    turns, notices = Turns(channels, conversing, inbox, access, wording, Stops()), Notices(channels, access, wording)
    desk = Desk(inbox, turns.work, notices.buried, notices.delayed, workers=1, patience=Patience(backoff=0.01))
    await desk.start()
    await desk.accept(Incoming.of(GOOD))
    await desk.idle()
    await desk.stop()
    assert channel.sent == ["one", "two", "three"]
    assert [row async for row in inbox.unfinished()] == []
