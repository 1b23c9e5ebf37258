"""An answer that takes longer is seen growing, and nothing of that ever stands where the answer should."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from itertools import pairwise

import pytest
from pydantic import SecretStr

from agents.values import Answered, Delta, Observation, ObservationKind, Perceived, Reply, Restarted, Trace
from bot.channel import Watcher
from bot.incoming import Incoming, Sender
from bot.said import Choice, Said
from bot.telegram.channel import TelegramChannel
from bot.telegram.client import TelegramClient
from bot.telegram.pacing import Limits
from bot.texts import Texts
from bot.transcripts import Shown, Transcripts
from tests.bot.telegram.conftest import MAX_BYTES, to
from tests.emulator import Emulator

RATE = ((Choice("good", "good:1"),),)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything at a fiftieth of its time, which the figures in the calls below are relations of."""
    monkeypatch.setattr("bot.telegram.streaming._AT_FIRST", 0.04)
    monkeypatch.setattr("bot.telegram.streaming._LOOK", 0.01)
    monkeypatch.setattr("bot.telegram.streaming._SHARE", 1.0)
    monkeypatch.setattr("bot.telegram.showing.Drafts.every", 0.02)
    monkeypatch.setattr("bot.telegram.showing.Drafts.lasts", 0.4)
    monkeypatch.setattr("bot.telegram.channel._EVERY_IN_GROUPS", 0.06)
    monkeypatch.setattr("bot.telegram.channel._EVERY_FOR_BUSINESS", 0.03)


@pytest.fixture
async def client(emulator: Emulator) -> AsyncIterator[TelegramClient]:
    """One that is not held back, as time runs faster here."""
    client = TelegramClient(SecretStr(emulator.token), emulator.base_url, limits=Limits.at(0))
    yield client
    await client.close()


class Previewed:
    """Keeps the previews it hears of, and how much had been shown of each by then."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self.messages: list[str] = []
        self.edits = 0

    async def __call__(self, message: str) -> None:
        self.messages.append(message)
        self.edits = self._emulator.count("editMessageText")


@pytest.fixture
def previewed(emulator: Emulator) -> Previewed:
    return Previewed(emulator)


async def grow(watcher: Watcher, pieces: int = 25, seconds: float = 0.01) -> str:
    """Some hundred characters, a few at a time; all of it in the end."""
    text = ""
    for number in range(pieces):
        piece = f"**word** number {number}. "
        watcher(Delta(piece))
        text += piece
        await asyncio.sleep(seconds)
    return text


async def finish(
    channel: TelegramChannel, on: Incoming, text: str, previewed: Previewed | None = None, before: str | None = None
) -> str | None:
    """Deliver the answer in the place of the preview, if there is one."""
    places = [*(previewed.messages[-1:] if previewed else []), before]
    (piece,) = channel.compose(Said(text, markdown=True, choices=RATE))
    return await channel.send(on, piece, places[0])


def in_group(emulator: Emulator) -> Incoming:
    return to(emulator.group(), None)


# private chats: drafts


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
    assert 1 <= len(emulator.drafts(bob)) < len(emulator.drafts(ada)) <= 11


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


# groups and business accounts: a message that is edited


async def test_a_group_sees_one_message_grow_which_becomes_the_answer(
    emulator: Emulator, channel: TelegramChannel, previewed: Previewed
) -> None:
    ada, group = emulator.user(), emulator.group()
    asked = await ada.text("@parley_test_bot tell me", chat=group)
    on = to(group, asked.message_id)
    async with channel.working(on, previewed) as watcher:
        text = await grow(watcher)
        (growing,) = emulator.sent(group)
        assert [(button["text"], button["callback_data"]) for button in growing.buttons] == [("⏹ Stop", "stop")]
    await finish(channel, on, text, previewed)
    (message,) = emulator.sent(group)
    assert previewed.messages == [str(message.message_id)]
    assert previewed.edits == 0, "it was told of before it was shown any further"
    assert message.reply_to == asked.message_id
    assert len(message.texts) > 3
    assert message.text == text.replace("**", "").strip()
    assert [button["callback_data"] for button in message.buttons] == ["good:1"]
    assert emulator.drafts(group) == []


async def test_a_topic_sees_it_there(emulator: Emulator, channel: TelegramChannel, previewed: Previewed) -> None:
    ada, group = emulator.user(), emulator.group(forum=True)
    topic = await emulator.groups.topic(group, "News", ada)
    on = to(group).model_copy(update={"chat": f"{group}:{topic}"})
    async with channel.working(on, previewed) as watcher:
        await grow(watcher)
    assert [message.topic for message in emulator.sent(group)] == [topic]


async def test_a_business_account_is_answered_for_in_the_same_way(
    emulator: Emulator, channel: TelegramChannel, previewed: Previewed
) -> None:
    business, ada = await emulator.business(emulator.user(id=1009, username="owner")), emulator.user()
    await business.customer(ada).text("Are you open?")
    on = to(ada.id).model_copy(update={"chat": f"{ada.id}@{business.connection.id}"})
    async with channel.working(on, previewed) as watcher:
        text = await grow(watcher)
    await finish(channel, on, text, previewed)
    (message,) = emulator.sent(business.key(ada))
    assert message.business == business.connection.id
    assert len(message.texts) > 3
    assert message.text == text.replace("**", "").strip()
    assert emulator.drafts(ada) == []


async def test_a_doubtful_preview_that_may_not_be_taken_away_becomes_the_answer(
    emulator: Emulator, channel: TelegramChannel, previewed: Previewed
) -> None:
    business, ada = await emulator.business(emulator.user(id=1009, username="owner")), emulator.user()
    await business.customer(ada).text("Are you open?")
    on = to(ada.id).model_copy(update={"chat": f"{ada.id}@{business.connection.id}"})
    emulator.fail("editMessageText", drop=True)
    async with channel.working(on, previewed) as watcher:
        text = await grow(watcher)
    await finish(channel, on, text, previewed)
    assert [message.text for message in emulator.standing(business.key(ada))] == [text.replace("**", "").strip()]


async def test_the_button_speaks_the_language_of_who_asked(
    emulator: Emulator, channel: TelegramChannel, previewed: Previewed
) -> None:
    on = in_group(emulator).model_copy(update={"sender": Sender(id="2", locale="zh-hans")})
    async with channel.working(on, previewed) as watcher:
        await grow(watcher)
    assert [button["text"] for button in emulator.sent(int(on.chat))[0].buttons] == ["⏹ 停止"]


async def test_a_preview_that_an_earlier_try_left_is_used_again(
    emulator: Emulator, channel: TelegramChannel, previewed: Previewed
) -> None:
    on = in_group(emulator)
    async with channel.working(on, previewed) as watcher:
        await grow(watcher)
    async with channel.working(on, previewed, previewed.messages[0]) as watcher:
        text = await grow(watcher)
    await finish(channel, on, text, previewed)
    assert len(previewed.messages) == 1
    assert [message.text for message in emulator.sent(int(on.chat))] == [text.replace("**", "").strip()]


async def test_a_preview_that_is_deleted_meanwhile_is_left_and_the_answer_comes(
    emulator: Emulator, client: TelegramClient, channel: TelegramChannel, previewed: Previewed
) -> None:
    on = in_group(emulator)
    async with channel.working(on, previewed) as watcher:
        await grow(watcher, pieces=15)
        await client.bot.delete_message(int(on.chat), int(previewed.messages[0]))
        text = await grow(watcher)
    await finish(channel, on, text, previewed)
    assert len(previewed.messages) == 1
    assert [message.text for message in emulator.standing(int(on.chat))] == [text.replace("**", "").strip()]


async def test_the_longer_it_takes_the_less_often_it_is_edited(
    emulator: Emulator, channel: TelegramChannel, previewed: Previewed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.telegram.channel._EVERY_IN_GROUPS", 0.03)
    monkeypatch.setattr("bot.telegram.showing._SLOWER_AFTER", 2)
    on = in_group(emulator)
    async with channel.working(on, previewed) as watcher:
        growing = asyncio.create_task(grow(watcher, pieces=10_000))
        await emulator.called("editMessageText", 6, within=20)
        growing.cancel()
    (message,) = emulator.sent(int(on.chat))
    gaps = [after.at - before.at for before, after in pairwise(message.versions)]
    assert all(gap >= 0.09 for gap in gaps[5:])


@pytest.mark.parametrize("method", ["sendMessage", "editMessageText"])
async def test_a_429_while_it_grows_is_obeyed(
    emulator: Emulator, channel: TelegramChannel, previewed: Previewed, method: str
) -> None:
    on = in_group(emulator)
    emulator.fail(method, retry_after=1)
    async with channel.working(on, previewed) as watcher:
        text = await grow(watcher, pieces=60)
    refused = [call for call in emulator.calls if call.status == 429]
    after = list(emulator.calls)[list(emulator.calls).index(refused[0]) + 1 :]
    assert len(refused) == 1
    assert after == [], "a second has not passed"
    await finish(channel, on, text, previewed)
    assert [message.text for message in emulator.standing(int(on.chat))] == [text.replace("**", "").strip()]


async def test_an_edit_under_way_is_over_before_the_answer_is_sent(
    emulator: Emulator, channel: TelegramChannel, previewed: Previewed
) -> None:
    on = in_group(emulator)
    async with channel.working(on, previewed) as watcher:
        await grow(watcher, pieces=15)
        emulator.fail("editMessageText", delay=0.5)
        edits = emulator.count("editMessageText")
        text = await grow(watcher, pieces=20)
    await finish(channel, on, text, previewed)
    assert emulator.count("editMessageText") >= edits + 2, "one that was slow, and the answer"
    (message,) = emulator.sent(int(on.chat))
    assert message.text == text.replace("**", "").strip()


async def test_an_edit_that_may_come_later_than_the_answer_finds_nothing_to_change(
    emulator: Emulator, channel: TelegramChannel, previewed: Previewed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.telegram.streaming._LAST_CALL", 0.1)
    on = in_group(emulator)
    async with channel.working(on, previewed) as watcher:
        await grow(watcher, pieces=15)
        emulator.fail("editMessageText", delay=1)
        text = await grow(watcher, pieces=20)
        began = time.monotonic()
    assert time.monotonic() - began < 0.9, "it was not waited for"
    answer = await finish(channel, on, text, previewed)
    edits = emulator.count("editMessageText")
    await emulator.called("editMessageText", edits + 1)
    (message,) = emulator.standing(int(on.chat))
    assert str(message.message_id) == answer
    assert message.texts == [text.replace("**", "").strip()]


async def test_a_preview_that_comes_later_than_the_answer_is_taken_away(
    emulator: Emulator, channel: TelegramChannel, previewed: Previewed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.telegram.streaming._LAST_CALL", 0.05)
    on = in_group(emulator)
    emulator.fail("sendMessage", delay=0.5)
    async with channel.working(on, previewed) as watcher:
        text = await grow(watcher, pieces=12)
    await finish(channel, on, text, previewed)
    await emulator.called("deleteMessage")
    assert previewed.messages == []
    assert [message.text for message in emulator.standing(int(on.chat))] == [text.replace("**", "").strip()]


async def test_an_edit_whose_connection_broke_leaves_the_preview_in_doubt(
    emulator: Emulator, channel: TelegramChannel, previewed: Previewed
) -> None:
    on = in_group(emulator)
    emulator.fail("editMessageText", drop=True)
    async with channel.working(on, previewed) as watcher:
        text = await grow(watcher)
    answer = await finish(channel, on, text, previewed)
    assert [str(message.message_id) for message in emulator.standing(int(on.chat))] == [answer]
    assert previewed.messages != [answer]


# what may never happen


async def test_the_watcher_neither_waits_nor_raises_whatever_telegram_does(
    emulator: Emulator, channel: TelegramChannel, previewed: Previewed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.telegram.streaming._LAST_CALL", 0.2)
    emulator.fail("*", count=1000, delay=30)
    for on in (to(emulator.user().id), in_group(emulator)):
        async with asyncio.timeout(3):
            await _worked(channel, on, previewed)


async def _worked(channel: TelegramChannel, on: Incoming, previewed: Previewed) -> None:
    async with channel.working(on, previewed) as watcher:
        text = await grow(watcher, pieces=10)
        watcher(Answered(Reply(text, "en"), (), Trace((), (), 0.1)))


async def test_errors_come_through_and_end_it(
    emulator: Emulator, channel: TelegramChannel, previewed: Previewed
) -> None:
    on = in_group(emulator)
    with pytest.raises(ZeroDivisionError):
        async with channel.working(on, previewed) as watcher:
            await grow(watcher)
            raise ZeroDivisionError
    calls = len(emulator.calls)
    await asyncio.sleep(0.2)
    assert len(emulator.calls) == calls
