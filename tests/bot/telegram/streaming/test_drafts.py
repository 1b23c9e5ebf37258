"""In a private chat an answer that takes longer is seen growing in a draft."""

from __future__ import annotations

import asyncio

import pytest

from agents.values import Delta, Observation, ObservationKind, Perceived, Restarted
from bot.telegram.channel import TelegramChannel
from bot.telegram.client import TelegramClient
from bot.texts import Texts
from bot.transcripts import Shown, Transcripts
from tests.bot.telegram.conftest import MAX_BYTES, to
from tests.bot.telegram.streaming.helping import Previewed, finish, grow, in_group
from tests.emulator import Emulator


async def test_a_private_chat_sees_drafts_that_grow_and_the_answer_as_a_message_of_its_own(
    emulator: Emulator, channel: TelegramChannel, previewed: Previewed
) -> None:
    ada = emulator.user()
    async with channel.working(to(ada.id), previewed) as watcher:
        text = await grow(watcher)
    await finish(channel, to(ada.id), text)
    drafts = emulator.drafts(ada)
    assert len(drafts) > 3
    assert len({draft.draft_id for draft in drafts}) == 1
    assert all(draft.text and "**" not in draft.text for draft in drafts)
    assert drafts[-1].entities[0]["type"] == "bold"
    lengths = [len(draft.text) for draft in drafts]
    assert lengths == sorted(lengths)
    (message,) = emulator.sent(ada)
    assert message.text.startswith(drafts[-1].text.rstrip("…").rstrip())
    assert emulator.standing_draft(ada) is None
    assert previewed.messages == []


async def test_every_turn_has_a_draft_of_its_own(
    emulator: Emulator, channel: TelegramChannel, previewed: Previewed
) -> None:
    ada = emulator.user()
    for key in ("1", "2", "2"):
        async with channel.working(to(ada.id).model_copy(update={"key": key}), previewed) as watcher:
            await grow(watcher, pieces=10)
    assert len({draft.draft_id for draft in emulator.drafts(ada)}) == 2


async def test_an_answer_that_comes_at_once_is_not_seen_growing(
    emulator: Emulator, channel: TelegramChannel, previewed: Previewed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.telegram.streaming._AT_FIRST", 30)
    for on in (to(emulator.user().id), in_group(emulator)):
        async with channel.working(on, previewed) as watcher:
            text = await grow(watcher, pieces=5)
        await finish(channel, on, text)
    assert [call.method for call in emulator.calls] == ["sendMessage"] * 2


async def test_nothing_is_shown_before_there_is_something(
    emulator: Emulator, channel: TelegramChannel, previewed: Previewed
) -> None:
    for on in (to(emulator.user().id), in_group(emulator)):
        async with channel.working(on, previewed) as watcher:
            watcher(Delta(" \n"))
            await asyncio.sleep(0.15)
    assert list(emulator.calls) == []


async def test_without_streaming_only_the_answer_is_seen(
    emulator: Emulator, client: TelegramClient, previewed: Previewed
) -> None:
    channel = TelegramChannel(client, MAX_BYTES, stream=False)
    for on in (to(emulator.user().id), in_group(emulator)):
        async with channel.working(on, previewed) as watcher:
            await grow(watcher, pieces=15)
    assert list(emulator.calls) == []


async def test_a_draft_that_does_not_grow_is_shown_again_before_it_fades(
    emulator: Emulator, channel: TelegramChannel, previewed: Previewed
) -> None:
    ada = emulator.user()
    async with channel.working(to(ada.id), previewed) as watcher:
        watcher(Delta("so far"))
        await emulator.called("sendMessageDraft", 3)
    first, second, *_ = emulator.drafts(ada)
    assert (first.text, second.text) == ("so far", "so far")
    assert second.at - first.at >= 0.4


async def test_a_slow_answer_is_shown_less_often_than_a_quick_one(
    emulator: Emulator, channel: TelegramChannel, previewed: Previewed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.telegram.showing.Drafts.every", 0.1)
    ada, bob = emulator.user(), emulator.user(id=1002)
    async with channel.working(to(ada.id), previewed) as quick, channel.working(to(bob.id), previewed) as slow:
        for number in range(100):
            quick(Delta("many characters at once "))
            slow(Delta(str(number % 10)) if number % 5 == 0 else Delta(""))
            await asyncio.sleep(0.01)
    assert 1 <= len(emulator.drafts(bob)) < len(emulator.drafts(ada))


async def test_an_answer_that_begins_again_is_seen_to(
    emulator: Emulator, channel: TelegramChannel, previewed: Previewed
) -> None:
    ada, group = emulator.user(), in_group(emulator)
    for on in (to(ada.id), group):
        async with channel.working(on, previewed) as watcher:
            watcher(Delta("what is void"))
            await asyncio.sleep(0.2)
            watcher(Restarted())
            await asyncio.sleep(0.2)
            watcher(Delta("what is meant"))
            await asyncio.sleep(0.2)
    assert [draft.text for draft in emulator.drafts(ada)] == ["what is void", "…", "what is meant"]
    (message,) = emulator.sent(int(group.chat))
    assert message.texts == ["what is void", "…", "what is meant"]


HEARD = Observation(ObservationKind.TRANSCRIPT, "what is this", 0.9, "scripted", 0.1, 0, language="en")


@pytest.mark.parametrize(
    ("shown", "seen"),
    [
        ("always", ["I heard (English)\nwhat is this", "I heard (English)\nwhat is this\n\nA cat."]),
        ("never", ["A cat."]),
    ],
)
async def test_what_was_heard_is_seen_first_unless_the_chat_wants_no_transcripts(
    emulator: Emulator, client: TelegramClient, previewed: Previewed, shown: Shown, seen: list[str]
) -> None:
    ada, channel = emulator.user(), TelegramChannel(client, MAX_BYTES, transcripts=Transcripts(Texts(), shown))
    async with channel.working(to(ada.id), previewed) as watcher:
        watcher(Perceived(HEARD))
        watcher(Delta("I heard (English): “what is this”"))
        await asyncio.sleep(0.15)
        watcher(Delta("\n\nA cat."))
        await asyncio.sleep(0.15)
    assert [draft.text for draft in emulator.drafts(ada)] == seen


async def test_making_pages_takes_a_small_share_of_the_time(
    emulator: Emulator, channel: TelegramChannel, previewed: Previewed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.telegram.streaming._SHARE", 1e-9)
    ada = emulator.user()
    async with channel.working(to(ada.id), previewed) as watcher:
        await grow(watcher)
    assert len(emulator.drafts(ada)) == 1


@pytest.mark.parametrize("how", [{"status": 400}, {"status": 403}, {"status": 502}, {"drop": True}])
async def test_where_drafts_fail_there_are_no_more_and_the_answer_comes(
    emulator: Emulator, channel: TelegramChannel, previewed: Previewed, how: dict[str, object]
) -> None:
    ada = emulator.user()
    emulator.fail("sendMessageDraft", count=100, **how)
    async with channel.working(to(ada.id), previewed) as watcher:
        text = await grow(watcher)
    await finish(channel, to(ada.id), text)
    assert emulator.count("sendMessageDraft") == 1
    assert len(emulator.sent(ada)) == 1


async def test_the_answer_waits_for_no_draft_that_telegram_puts_off(
    emulator: Emulator, channel: TelegramChannel, previewed: Previewed
) -> None:
    ada = emulator.user()
    emulator.fail("sendMessageDraft", retry_after=30)
    async with channel.working(to(ada.id), previewed) as watcher:
        text = await grow(watcher)
    async with asyncio.timeout(2):
        await finish(channel, to(ada.id), text)
    assert emulator.count("sendMessageDraft") == 1
    assert len(emulator.sent(ada)) == 1
