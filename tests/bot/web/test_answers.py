"""Turns through the web: kept before they are acknowledged, answered once, streamed without gap or repetition."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from uuid import uuid4

import pytest

from agents.values import Text, Turn
from tests.agents.house import photo, voice
from tests.bot.web.reader import reading
from tests.bot.web.site import Browser, Site
from tests.storage.makers import answered

pytestmark = pytest.mark.asyncio(loop_scope="module")

PHOTO = ("photo", photo().data, "image/png")
VOICE = ("voice", voice().data, "audio/wav")
LONG = " ".join(f"word{number}" for number in range(60))


async def test_a_post_is_in_the_inbox_when_it_is_acknowledged(site: Site, ada: Browser) -> None:
    response = await ada.post("hello", PHOTO)
    assert response.status_code == 202
    item = response.json()
    with sqlite3.connect(site.folder / "parley.db") as database:
        payload, row_key = database.execute("SELECT payload, key FROM inbox ORDER BY id DESC LIMIT 1").fetchone()
    assert row_key.endswith(f":{item['key']}")
    assert (item["state"], item["text"]) == ("waiting", "")
    kinds = [part["kind"] for part in item["parts"]]
    assert kinds == ["photo", "text"] == [part["kind"] for part in json.loads(payload)["parts"]]
    assert await site.kept.media.get(item["parts"][0]["url"].removeprefix("/media/")) == PHOTO[1]


async def test_text_photo_and_voice_are_one_turn_with_what_was_perceived(ada: Browser) -> None:
    async with reading(ada.client) as reader:
        key = await ada.said("What is this?", PHOTO, VOICE)
        item = await reader.state(key, "done")
    assert [part["kind"] for part in item["parts"]] == ["photo", "voice", "text"]
    assert [(o["part"], o["kind"], o["outcome"]) for o in item["observations"]] == [
        (0, "caption", "perceived"),
        (1, "transcript", "perceived"),
    ]
    assert item["observations"][0]["confidence"] == 0.95
    assert "scripted words" in item["text"]
    assert item["language"] == "en"
    (kept,) = await ada.items()
    assert {**kept, "at": item["at"]} == item


async def test_the_same_key_again_is_the_same_turn(site: Site, ada: Browser) -> None:
    key = str(uuid4())
    asked = len(site.llm.prompts)
    answers = await asyncio.gather(*(ada.post("once", key=key) for _ in range(5)))
    assert {(answer.status_code, answer.json()["key"]) for answer in answers} == {(202, key)}
    async with reading(ada.client) as reader:
        await reader.state(key, "done")
    again = await ada.post("once", key=key.upper())
    assert (again.status_code, again.json()["state"]) == (202, "done")
    assert len(await ada.items()) == 1
    assert len(site.llm.prompts) - asked == 1


async def test_the_same_key_of_somebody_else_is_another_turn(site: Site, ada: Browser) -> None:
    bea, key = await site.browser(), str(uuid4())
    assert (await ada.post("from Ada", key=key)).status_code == 202
    assert (await bea.post("from Bea", key=key)).status_code == 202
    async with reading(bea.client) as reader:
        assert "from Bea" in (await reader.state(key, "done"))["text"]


async def test_a_reader_that_comes_again_in_the_middle_misses_nothing_and_hears_nothing_twice(
    site: Site, ada: Browser
) -> None:
    site.llm.chat.seconds = 1.2
    key = await ada.said(LONG)
    lengths = []
    for _ in range(4):
        async with reading(ada.client) as reader:
            await reader.until(lambda: len(reader.items[key]["text"]) > (lengths[-1] if lengths else 0))
            for _ in range(3):
                await reader.step()
            lengths.append(len(reader.items[key]["text"]))
    async with reading(ada.client) as reader:
        whole = await reader.state(key, "done")
    assert lengths == sorted(set(lengths))
    assert 0 < lengths[0] < lengths[-1] <= len(whole["text"])
    assert whole["text"] == (await ada.items())[0]["text"]
    assert LONG in whole["text"]


async def test_every_window_of_a_chat_hears_the_same(site: Site, ada: Browser) -> None:
    site.llm.chat.seconds = 0.3
    async with reading(ada.client) as first, reading(ada.client) as second:
        key = await ada.said(LONG)
        one, other = await first.state(key, "done"), await second.state(key, "done")
    assert one == other
    assert "delta" in first.told
    assert "delta" in second.told


async def test_an_answer_is_stopped_in_the_middle_and_what_was_said_stays(site: Site, ada: Browser) -> None:
    site.llm.chat.seconds = 10
    async with reading(ada.client) as reader:
        key = await ada.said(LONG)
        await reader.until(lambda: len(reader.items.get(key, {"text": ""})["text"]) > 20)
        assert (await ada.command("/api/stop", key)).status_code == 204
        item = await reader.state(key, "stopped", "done")
    assert item["state"] == "stopped"
    assert 20 < len(item["text"]) < len(LONG)
    (kept,) = await ada.items()
    assert (kept["state"], kept["text"]) == ("stopped", item["text"])


async def test_a_turn_that_still_waits_is_stopped_and_the_one_before_it_goes_on(site: Site, ada: Browser) -> None:
    site.llm.chat.seconds = 0.5
    async with reading(ada.client) as reader:
        first, second = await ada.said("first"), await ada.said("second")
        assert (await ada.command("/api/stop", second)).status_code == 204
        assert (await reader.state(second, "stopped", "done"))["state"] == "stopped"
        assert reader.items[first]["state"] == "done"


async def test_nobody_stops_the_turn_of_somebody_else(site: Site, ada: Browser) -> None:
    bea = await site.browser()
    site.llm.chat.seconds = 0.4
    async with reading(ada.client) as reader:
        key = await ada.said("mine")
        await reader.state(key, "working")
        assert (await bea.command("/api/stop", key)).status_code == 204
        assert (await reader.state(key, "stopped", "done"))["state"] == "done"


async def test_a_new_conversation_begins_after_what_was_asked_before_and_before_what_is_asked_after(
    site: Site, ada: Browser
) -> None:
    site.llm.chat.seconds = 0.2
    async with reading(ada.client) as reader:
        before = await ada.said("remember the number seven")
        assert (await ada.command("/api/new", str(uuid4()))).status_code == 202
        after = await ada.said("what number?")
        await reader.until(lambda: reader.told.count("timeline") == 2)
        assert before not in reader.items
        await reader.state(after, "done")
    assert [item["key"] for item in await ada.items()] == [after]
    prompt = " ".join(str(message.content) for message in site.llm.prompts[-1])
    assert "what number?" in prompt
    assert "seven" not in prompt


async def test_chats_know_nothing_of_each_other(site: Site, ada: Browser) -> None:
    bea = await site.browser()
    async with reading(ada.client) as hers, reading(bea.client) as others:
        key = await ada.said("my secret", PHOTO)
        item = await hers.state(key, "done")
        url = item["parts"][0]["url"]
        other = await bea.said("hello")
        await others.state(other, "done")
        assert list(others.items) == [other]
    assert [item["key"] for item in await bea.items()] == [other]
    assert (await ada.client.get(url)).status_code == 200
    assert (await bea.client.get(url)).status_code == 404


async def test_a_long_conversation_comes_page_by_page(site: Site, ada: Browser) -> None:
    conversations = site.kept.conversations
    turns = [(await conversations.hear("web", ada.chat, Turn((Text(str(number)),)))).turn for number in range(55)]
    for turn in turns:
        await conversations.answer(turn, answered("fine"))
    newest = (await ada.client.get("/api/chat")).json()
    assert [item["key"] for item in newest["items"]] == [f"turn-{turn}" for turn in turns[5:]]
    older = (await ada.client.get("/api/chat", params={"before": newest["earlier"]})).json()
    assert [item["key"] for item in older["items"]] == [f"turn-{turn}" for turn in turns[:5]]
    assert older["earlier"] is None
    for senseless in ("", "x", "-1", "9" * 30):
        assert (await ada.client.get("/api/chat", params={"before": senseless})).status_code == 400


async def test_many_turns_at_once_are_all_told_in_their_order(site: Site, ada: Browser) -> None:
    async with reading(ada.client) as reader:
        keys = [await ada.said(f"number {n}") for n in range(12)]
        await reader.until(lambda: [i["state"] for i in reader.items.values()].count("done") == len(keys))
    assert list(reader.items) == keys
