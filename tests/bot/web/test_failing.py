"""When answering goes wrong: tried again, given up in sight, taken up after a restart, and never told twice."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from uuid import uuid4

import pytest

from agents.values import Text, Turn
from bot.incoming import Incoming, IncomingText, Sender
from bot.web.bounds import Bounds
from storage.conversations import SqlConversations
from storage.errors import StorageBroken, StorageBusy
from storage.ports import Arrival, Heard
from tests.bot.web.reader import reading
from tests.bot.web.refusals import refusal
from tests.bot.web.site import Browser, Site, opened
from tests.storage.makers import answered

pytestmark = pytest.mark.asyncio(loop_scope="module")


def failing(error: Exception, times: int) -> Callable[..., Awaitable[Heard]]:
    """A ``hear`` of conversations that fails so often."""
    hear, left = SqlConversations.hear, [error] * times

    async def hearing(*args: object, **facts: object) -> Heard:
        if left:
            raise left.pop()
        return await hear(*args, **facts)  # type: ignore[arg-type]

    return hearing


async def test_a_turn_that_fails_once_waits_and_is_answered_by_the_next_try(
    ada: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SqlConversations, "hear", failing(ZeroDivisionError(), 1))
    async with reading(ada.client) as reader:
        key = await ada.said("hello")
        item = await reader.state(key, "done")
    assert "hello" in item["text"]


async def test_storage_in_trouble_is_told_beside_the_answer_that_comes_when_it_is_over(
    ada: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SqlConversations, "hear", failing(StorageBusy(), 1))
    async with reading(ada.client) as reader:
        key = await ada.said("hello")
        await reader.state(key, "done")
    assert [(note["key"], "Your message is kept" in note["text"]) for note in reader.notes] == [(key, True)]


async def test_a_turn_that_is_given_up_is_shown_as_failed_until_a_new_conversation_begins(
    site: Site, ada: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(SqlConversations, "hear", failing(StorageBroken(), 99))
        async with reading(ada.client) as reader:
            key = await ada.said("hello")
            item = await reader.state(key, "failed")
    assert (item["text"], item["parts"]) == ("", [{"kind": "text", "text": "hello"}])
    assert [(one["key"], one["state"]) for one in await ada.items()] == [(key, "failed")]
    async with reading(ada.client) as reader:
        after = await ada.said("again")
        await reader.state(after, "done")
    assert [(one["key"], one["state"]) for one in await ada.items()] == [(key, "failed"), (after, "done")]
    await site.kept.conversations.reset("web", ada.chat)
    assert await ada.items() == []


async def test_what_is_posted_while_models_load_is_kept_and_answered_in_order_afterwards(tmp_path: Path) -> None:
    async with opened(tmp_path, started=False) as site:
        ada = await site.browser()
        async with reading(ada.client) as reader:
            keys = [await ada.said(f"number {n}") for n in range(3)]
            assert [reader.items.get(key, {}).get("state", "waiting") for key in keys] == ["waiting"] * 3
            assert [item["state"] for item in await ada.items()] == ["waiting"] * 3
            assert await site.desk.start() == 3
            last = await ada.said("number 3")
            await reader.state(last, "done")
        assert [spoken(prompt) for prompt in site.llm.prompts] == [f"number {n}" for n in range(4)]
        assert [item["state"] for item in await ada.items()] == ["done"] * 4


async def test_an_answer_kept_before_a_crash_is_told_once_and_not_made_again(tmp_path: Path) -> None:
    async with opened(tmp_path, started=False) as site:
        ada = await site.browser()
        key = await ada.said("hello")
        (row,) = await site.kept.inbox.waiting("web", ada.chat, after=0, limit=1)
        await site.kept.inbox.start(row.id)
        heard = await site.kept.conversations.hear("web", ada.chat, Turn((Text("hello"),)), inbox=row.id)
        await site.kept.conversations.answer(heard.turn, answered("kept before"))
        async with reading(ada.client) as reader:
            assert reader.items[key]["state"] == "done"
            await site.desk.start()
            await site.desk.idle()
            await reader.until(lambda: reader.told[-1] == "item")
        assert (reader.items[key]["text"], site.llm.prompts) == ("kept before", [])


async def test_a_post_that_takes_too_long_to_keep_is_refused_yet_answered_once_it_is_kept(tmp_path: Path) -> None:
    async with opened(tmp_path, bounds=Bounds(accept_patience=0.1)) as site:
        ada = await site.browser()
        other = sqlite3.connect(tmp_path / "parley.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        key = str(uuid4())
        refusal(await ada.post("hello", key=key), 503, "busy")
        other.execute("ROLLBACK")
        other.close()
        async with reading(ada.client) as reader:
            await reader.state(key, "done")
        assert (await ada.post("hello", key=key)).json()["state"] == "done"
        assert len(site.llm.prompts) == 1


async def test_a_row_of_another_version_does_not_stand_in_the_way(site: Site, ada: Browser) -> None:
    await site.kept.inbox.accept([Arrival("web", ada.chat, f"{ada.chat}:old", "{}")])
    async with reading(ada.client) as reader:
        key = await ada.said("hello")
        await reader.state(key, "done")
    assert [item["key"] for item in await ada.items()] == [key]


async def test_accepting_while_the_desk_recovers_keeps_the_order(tmp_path: Path) -> None:
    async with opened(tmp_path, started=False) as site:
        arrivals = [incoming(f"c:{n}", f"number {n}") for n in range(60)]
        await site.kept.inbox.accept(
            [Arrival(one.channel, one.chat, one.key, one.model_dump_json()) for one in arrivals]
        )
        recovering = asyncio.create_task(site.desk.start())
        await asyncio.sleep(0)
        assert await site.desk.accept(incoming("c:60", "number 60"))
        assert await recovering >= 60
        await site.desk.idle()
        assert [spoken(prompt) for prompt in site.llm.prompts] == [f"number {n}" for n in range(61)]


def incoming(key: str, text: str) -> Incoming:
    return Incoming(channel="web", chat="c", key=key, sender=Sender(id="c"), parts=(IncomingText(text=text),))


def spoken(prompt: Sequence[object]) -> str:
    return str(prompt[-1].content)  # type: ignore[attr-defined]
