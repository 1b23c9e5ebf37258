"""What every storage keeps of messages, of the parts that came in them, and of ratings."""

from __future__ import annotations

from datetime import timedelta

import pytest

from agents.values import Document, Photo, Role, Text, Turn, Unread, UnreadReason, Utterance, Video, Voice
from storage.errors import StorageMissing
from storage.media import key_of
from storage.ports import LogFilter, LoggedPart, Rating
from storage.records import part_of
from tests.contracts.conftest import Stored
from tests.contracts.talk import Talk
from tests.storage.makers import MORNING, answered, arrival, seen, turn

CHAT = ("telegram", "7")
NASTY, TAMED = "a\x00b\ud83d", "a\ufffdb\ufffd"


@pytest.fixture
def talk(stored: Stored) -> Talk:
    return Talk(stored)


# Messages


async def test_a_turn_is_found_by_every_message_it_came_in_and_went_out_in(talk: Talk) -> None:
    first, row = await talk.say("album", "1", "1", "2", reply="long")
    await talk.stored.inbox.start(row)
    await talk.stored.inbox.delivered(row, 1, "10")
    await talk.stored.inbox.delivered(row, 2)
    assert (await talk.whole(first)).sent == ("10",)
    await talk.stored.inbox.done(row, "9")
    await talk.stored.inbox.done(row, "9")
    for message in ("1", "2", "9", "10"):
        assert await talk.of(message) == first
    assert await talk.of("3") is None
    assert await Talk(talk.stored, "8").of("1") is None
    logged = await talk.whole(first)
    assert logged.sent == ("10", "9")
    assert [part.message for part in logged.parts] == ["1", "1", "2"]


async def test_what_was_taken_and_never_noted_counts_at_the_next_attempt(talk: Talk) -> None:
    first, row = await talk.say("hello", "1", reply="long")
    await talk.stored.inbox.start(row)
    talk.stored.inbox.took(row, 1, "10", last=False)
    talk.stored.inbox.took(row, 2, "11", last=False)
    assert (await talk.stored.inbox.start(row)).delivered == 2
    await talk.stored.inbox.delivered(row, 3, "12")
    assert (await talk.stored.inbox.start(row)).delivered == 3
    await talk.stored.inbox.done(row, "13")
    assert (await talk.whole(first)).sent == ("10", "11", "12", "13")


async def test_the_newest_turn_of_a_message_is_found(talk: Talk) -> None:
    first, one = await talk.say("what?", "1")
    await talk.stored.inbox.done(one, "5")
    second, two = await talk.say("what now?", "1", replaces=first)
    await talk.stored.inbox.done(two, "5")
    assert (await talk.of("1"), await talk.of("5")) == (second, second)
    assert (await talk.whole(first)).sent == ("5",)


async def test_the_newest_turn_of_a_message_before_another_is_found(talk: Talk) -> None:
    of_message = talk.stored.conversations.of_message
    first, one = await talk.say("what?", "1")
    await talk.stored.inbox.done(one, "5")
    second, _ = await talk.say("what now?", "1", "2")
    for message, before, found in (
        ("1", second + 1, second),
        ("1", second, first),
        ("5", second, first),
        ("1", first, None),
        ("2", second, None),
    ):
        turn_found = await of_message(*CHAT, message, before=before)
        assert (turn_found and turn_found.id) == found


async def test_a_message_is_found_in_the_topics_of_its_chat_when_asked_for(talk: Talk) -> None:
    of_message = talk.stored.conversations.of_message
    turns = {
        chat: (await Talk(talk.stored, chat).say("hi", "1"))[0] for chat in ("7", "7:33", "7:4", "70", "7;", "6:7")
    }

    async def found(message: str = "1", before: int | None = None, chat: str = "7", topics: bool = True) -> int | None:
        turn_found = await of_message("telegram", chat, message, before=before, topics=topics)
        return None if turn_found is None else turn_found.id

    assert await found() == turns["7:4"]
    assert await found(before=turns["7:4"]) == turns["7:33"]
    assert await found(before=turns["7:33"]) == turns["7"]
    assert await found(before=turns["7"]) is None
    assert await found(topics=False) == turns["7"]
    assert await found(chat="7:33") == turns["7:33"]
    assert await found(chat="6") == turns["6:7"]
    assert await found(chat="6", topics=False) is None
    assert await found("2") is None
    newest, _ = await talk.say("again", "1")
    assert await found() == newest


async def test_a_message_that_was_only_quoted_leads_to_where_it_first_came_in(talk: Talk) -> None:
    first, _ = await talk.say("look", "1")
    said = Turn((Text("look", quoted=True), Text("and now?")))
    later = await talk.stored.conversations.hear(*CHAT, said, messages=["1", "2"])
    assert (await talk.of("1"), await talk.of("2")) == (first, later.turn)
    assert [part.message for part in (await talk.whole(later.turn)).parts] == ["1", "2"]


async def test_parts_may_have_no_message_and_rows_no_turn(talk: Talk) -> None:
    heard = await talk.stored.conversations.hear(*CHAT, Turn((Text("a"), Text("b"))), messages=[None])
    assert [part.message for part in (await talk.whole(heard.turn)).parts] == [None, None]
    (row,) = await talk.stored.inbox.accept([arrival("/help")])
    assert row is not None
    await talk.stored.inbox.delivered(row.id, 1, "5")
    await talk.stored.inbox.done(row.id, "6")
    assert (await talk.of("5"), await talk.of("6")) == (None, None)


async def test_a_turn_heard_twice_keeps_the_messages_it_was_first_heard_in(talk: Talk) -> None:
    number, row = await talk.say("hello", "1")
    again = await talk.stored.conversations.hear(*CHAT, turn("hello"), inbox=row, messages=["2"])
    assert (again.turn, await talk.of("1"), await talk.of("2")) == (number, number, None)


async def test_a_turn_is_found_in_its_chat_only_and_by_its_row(talk: Talk) -> None:
    number, row = await talk.say("hello", "1", reply=None)
    await talk.stored.conversations.reset(*CHAT)
    assert (await talk.whole(number)).parts[0].text == "hello"
    assert await talk.stored.conversations.turn("telegram", "8", number) is None
    assert await talk.stored.conversations.turn("web", "7", number) is None
    for absent in (0, -1, 99):
        assert await talk.stored.conversations.turn(*CHAT, absent) is None
    assert await talk.stored.conversations.of_inbox(row) == await talk.whole(number)
    assert await talk.stored.conversations.of_inbox(row + 1) is None


async def test_messages_are_any_text(talk: Talk) -> None:
    number, row = await talk.say("hello", NASTY)
    await talk.stored.inbox.start(row)
    await talk.stored.inbox.previewed(row, NASTY)
    await talk.stored.inbox.done(row, NASTY + "2")
    assert await talk.of(NASTY) == number
    logged = await talk.whole(number)
    assert (logged.parts[0].message, logged.sent) == (TAMED, (TAMED + "2",))


# Parts


async def test_every_kind_of_part_comes_back_as_it_was_said(talk: Talk) -> None:
    parts = (
        Text("typed", origin="Bob\x00"),
        Photo(b"photo", "image/png", origin="Bob"),
        Voice(b"voice", quoted=True),
        Video(b"video", "video/webm", origin="Bob"),
        Document(b"document", "text/csv", "sums.csv", origin="News"),
        Unread("poll", UnreadReason.UNSUPPORTED),
    )
    said = Turn(parts, sender="Ada", locale="zh", crowd=True)
    heard = await talk.stored.conversations.hear(*CHAT, said)
    logged = await talk.whole(heard.turn)
    assert (logged.sender, logged.locale, logged.crowd, logged.replaced_by) == ("Ada", "zh", True, None)
    files = [b"" if part.media is None else await talk.stored.media.get(part.media) for part in logged.parts]
    back = tuple(part_of(part, data) for part, data in zip(logged.parts, files, strict=True))
    assert back == (Text("typed", origin="Bob\ufffd"), *parts[1:])


async def test_videos_and_documents_are_shown_in_their_chats(talk: Talk) -> None:
    parts = (Video(b"video"), Document(b"document", "application/pdf", "a.pdf"))
    await talk.stored.conversations.hear(*CHAT, Turn(parts), messages=["1", "2"])
    assert await talk.stored.conversations.shown_in(*CHAT, key_of(b"video")) == LoggedPart(
        "video", media=key_of(b"video"), media_type="video/mp4", message="1"
    )
    assert await talk.stored.conversations.shown_in(*CHAT, key_of(b"document")) == LoggedPart(
        "document", "a.pdf", key_of(b"document"), "application/pdf", message="2"
    )
    assert await talk.stored.conversations.shown_in("telegram", "8", key_of(b"video")) is None


# History


async def test_history_names_who_spoke_in_a_crowd(stored: Stored) -> None:
    for sender, crowd in (("Ada", True), ("Bob", False), (None, True)):
        said = Turn((Text("hi"), Document(b"x", name="a.txt"), Text("old", quoted=True)), sender=sender, crowd=crowd)
        heard = await stored.conversations.hear(*CHAT, said)
        await stored.conversations.answer(heard.turn, answered("hello", seen()))
    history = (await stored.conversations.hear(*CHAT, turn("now"), remembered=20)).history
    assert history[::2] == (
        Utterance(Role.USER, "hi", (seen(),), "Ada"),
        Utterance(Role.USER, "hi", (seen(),)),
        Utterance(Role.USER, "hi", (seen(),)),
    )
    assert history[1] == Utterance(Role.ASSISTANT, "hello")


# Ratings


async def test_everybody_rates_a_reply_once_and_may_think_again(talk: Talk) -> None:
    number, _ = await talk.say("hello")
    rate, unrate = talk.stored.conversations.rate, talk.stored.conversations.unrate
    noon = MORNING + timedelta(hours=4)
    await rate(*CHAT, number, Rating("u2", True, at=noon))
    await rate(*CHAT, number, Rating("u1", True))
    talk.stored.clock.move(minutes=1)
    await rate(*CHAT, number, Rating("u1", False, "wrong"))
    again = Rating("u1", False, "wrong", MORNING + timedelta(minutes=1))
    assert (await talk.whole(number)).ratings == (again, Rating("u2", True, None, noon))
    logged = [one async for one in talk.stored.conversations.turns(LogFilter())]
    assert [len(one.ratings) for one in logged] == [2]
    await unrate(*CHAT, number, "u2")
    await unrate(*CHAT, number, "u2")
    await unrate("telegram", "8", number, "u1")
    assert (await talk.whole(number)).ratings == (again,)


async def test_a_reply_is_rated_in_its_chat_only(talk: Talk) -> None:
    number, _ = await talk.say("hello")
    for chat, absent in (("8", number), ("7", number + 1)):
        with pytest.raises(StorageMissing):
            await talk.stored.conversations.rate("telegram", chat, absent, Rating("u1", True))
    assert (await talk.whole(number)).ratings == ()
