"""Thousands of turns at once: none is lost, none passes another of its chat, memory is bounded, and people are told.

``FLOOD=10000`` (``make hosting``) sets how many; the default suite sends fewer.
"""

from __future__ import annotations

import asyncio
import gc
import os
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from pathlib import Path
from typing import Any

import psutil
import pytest

from agents.assistant import Assistant
from agents.models.host import Host
from agents.models.hosted import HostedSense
from agents.models.ladder import Rung
from agents.models.reference import ModelReference
from agents.models.scripted import ScriptedLLM, ScriptedTranscriber
from agents.models.scripted_llm import echo
from agents.ports import Senses
from bot.access import Access
from bot.channel import Previewed, Watcher
from bot.conversing import Conversing
from bot.inbox import Desk
from bot.incoming import Incoming, IncomingMedia, IncomingText, Sender
from bot.notices import Notices
from bot.said import Choices, Said
from bot.stopping import Stops
from bot.texts import Texts
from bot.turns import Turns
from storage.assembly import Storage, open_storage
from tests.agents.house import voice
from tests.waiting import until

MANY = int(os.environ.get("FLOOD", "300"))
CHATS = max(10, MANY // 50)
HELD = 10  # rows of one chat in memory
A_TURN = 6_000  # bytes of resident memory that one more turn may leave behind, its rows on disk and page cache aside
ANYWAY = 40_000_000  # bytes


class Line:
    """A channel that keeps what it sends, by chat."""

    name = "line"

    def __init__(self) -> None:
        self.sent: defaultdict[str, list[str]] = defaultdict(list)
        self.count = 0

    async def fetch(self, ref: str) -> bytes:
        return voice().data

    def compose(self, said: Said) -> list[str]:
        return [said.text]

    async def send(self, to: Incoming, text: str, instead: str | None = None) -> None:
        self.sent[to.chat].append(text)
        self.count += 1

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


class House:
    """A desk that works for real, with its database, behind one channel."""

    def __init__(self, desk: Desk, line: Line, kept: Storage) -> None:
        self.desk, self.line, self.kept = desk, line, kept

    async def say(self, chat: str, key: str, *parts: Any) -> None:
        said = parts or (IncomingText(text=key),)
        assert await self.desk.accept(
            Incoming(channel="line", chat=chat, key=f"{chat}-{key}", sender=Sender(id=chat, locale="en"), parts=said)
        )


@asynccontextmanager
async def house(folder: Path, senses: Senses | None = None, *, workers: int = 8) -> AsyncIterator[House]:
    llm, texts, line = ScriptedLLM.of(echo), Texts(), Line()
    llm.chat.prompts = deque(maxlen=1)  # type: ignore[assignment]
    async with open_storage(f"sqlite:///{folder / 'parley.db'}", folder / "media") as kept:
        channels, access = {"line": line}, {"line": Access(everybody=True)}
        conversing = Conversing(Assistant(senses or Senses(), llm, texts), kept.conversations)
        turns = Turns(channels, conversing, kept.inbox, access, texts, Stops())
        notices = Notices(channels, access, texts)
        desk = Desk(kept.inbox, turns.work, notices.buried, notices.delayed, workers=workers)
        try:
            yield House(desk, line, kept)
        finally:
            await desk.stop()


def resident() -> int:
    gc.collect()
    return int(psutil.Process().memory_info().rss)


@pytest.mark.timeout(3600 if MANY > 1_000 else 120)
async def test_a_flood_is_answered_whole_and_in_order_with_bounded_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.backlog.WINDOW", HELD)
    async with house(tmp_path) as flooded:
        await flooded.desk.start()
        before, most, held = resident(), 0, 0
        sending = [asyncio.create_task(_all_of(flooded, str(chat), range(chat, MANY, CHATS))) for chat in range(CHATS)]
        late = asyncio.create_task(_somebody_later(flooded))
        while flooded.line.count < MANY + 1:
            await asyncio.sleep(0.2)
            facts = flooded.desk.facts()
            held = max(held, facts.working + facts.waiting)
            most = max(most, psutil.Process().memory_info().rss)
        await asyncio.gather(*sending)
        await flooded.desk.idle()
        waiting = await late
    print(f"{MANY} turns: at most {held} rows and {(most - before) / 1e6:.0f} MB more in memory; {waiting} waited")
    for chat in range(CHATS):
        assert flooded.line.sent[str(chat)] == [f"You said: {number}" for number in range(chat, MANY, CHATS)]
    assert flooded.line.sent["late"] == ["You said: hello"]
    assert waiting > MANY / 4, "who comes later does not stand behind everybody"
    assert held <= HELD * CHATS + 8
    assert most - before < ANYWAY + A_TURN * MANY


async def _all_of(flooded: House, chat: str, numbers: Sequence[int]) -> None:
    """What one person sends, as fast as it is taken, one after another."""
    for number in numbers:
        await flooded.say(chat, str(number))


async def _somebody_later(flooded: House) -> int:
    """One person who comes into the flood; how many of its turns still wait when that one is answered."""
    await until(lambda: flooded.line.count >= MANY / 10, within=600)
    await flooded.say("late", "hello")
    await until(lambda: bool(flooded.line.sent["late"]), within=600)
    return MANY - flooded.line.count


async def test_what_does_not_fit_before_a_slow_model_is_refused_in_words_and_answered_all_the_same(
    tmp_path: Path,
) -> None:
    def load() -> ScriptedTranscriber:
        return ScriptedTranscriber(ModelReference.parse("scripted:words?text=all is well&seconds=0.3"))

    host = Host("scripted:words", [Rung(load)], waiting=4)
    hearing: HostedSense[Any, Any] = HostedSense(
        ScriptedTranscriber.declare(ModelReference.parse("scripted:words")),
        host,
        ScriptedTranscriber.transcribe,
        deadline=30,
    )
    async with house(tmp_path, Senses(transcriber=hearing), workers=64) as crowded:
        await crowded.desk.start()
        note = IncomingMedia(kind="voice", ref="voice", media_type="audio/wav")
        await asyncio.gather(*(crowded.say(str(chat), "note", note) for chat in range(64)))
        await crowded.desk.idle()
        await hearing.stop()
        told = [text for (text,) in crowded.line.sent.values()]
    assert len(told) == 64
    refused = [text for text in told if "too much to listen to" in text]
    heard = [text for text in told if "all is well" in text]
    assert len(refused) + len(heard) == 64
    assert len(refused) >= 3 and len(heard) >= 4  # eight with media are begun at once, and the model holds five
    assert all("{" not in text for text in told)


async def test_a_flood_outlives_the_process_that_took_it(tmp_path: Path) -> None:
    async with house(tmp_path) as first:
        await asyncio.gather(*(_all_of(first, str(chat), range(5)) for chat in range(20)))  # nobody works on them yet
    async with house(tmp_path) as second:
        assert await second.desk.start() == 100
        await second.desk.idle()
        for chat in range(20):
            assert second.line.sent[str(chat)] == [f"You said: {number}" for number in range(5)]
