"""What of Telegram becomes something to answer, and what is left alone."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import Update

from bot.incoming import IncomingText, Moved, Sender
from bot.telegram.updates import connection_of, kind_of
from tests.bot.telegram.messages import (
    ADA,
    GROUP,
    OWNER,
    PHOTO,
    PRIVATE,
    SENT,
    edited,
    message,
    read,
    taken,
    update,
)

BUSINESS = "business_message"


def business(**content: Any) -> dict[str, Any]:
    return message(text="hello", business_connection_id="b1", **content)


def test_text_comes_with_its_sender_chat_and_time() -> None:
    said = taken(message(text="hello"))
    assert (said.channel, said.chat, said.message, said.said_at) == ("telegram", "1001", "5", SENT)
    assert said.sender == Sender(id="1001", username="ada", name="Ada L", locale="en")
    assert said.parts == (IncomingText(text="hello", message="5"),)
    assert (said.command, said.crowd, said.edited, said.host, said.whole) == (None, False, False, None, False)


def test_a_message_has_one_key_whichever_update_brings_it() -> None:
    assert taken(message(text="hello"), number=5).key == taken(message(text="hello"), number=700).key


def test_no_two_messages_share_a_key_though_updates_share_their_number() -> None:
    keys = {
        taken(message(text="hello")).key,
        taken({**message(text="hello"), "message_id": 6}).key,
        taken(message({**PRIVATE, "id": 1002}, text="hello")).key,
        taken(business(), BUSINESS, host=OWNER).key,
        taken(edited(text="hello!"), "edited_message").key,
        taken(edited(text="hello!!"), "edited_message", number=78).key,
        taken(edited(text="hello!", after=61), "edited_message").key,
    }
    assert len(keys) == 7


def test_an_edit_takes_the_place_of_its_message() -> None:
    said = taken(edited(text="hello there"), "edited_message")
    assert (said.edited, said.message, said.parts) == (True, "5", (IncomingText(text="hello there", message="5"),))


@pytest.mark.parametrize(
    "content",
    [
        {"location": {"latitude": 1, "longitude": 2, "live_period": 60}},
        {"contact": {"phone_number": "1", "first_name": "x"}},
        {"text": "two days later", "after": 48 * 3600 + 1},
    ],
)
def test_what_is_no_new_question_is_no_edit(content: dict[str, Any]) -> None:
    assert read(edited(**content), "edited_message") is None


def test_business_messages_are_answered_on_behalf_of_the_accounts_owner() -> None:
    said = taken(business(), BUSINESS, host=OWNER)
    assert (said.chat, said.host, said.sender.id, said.crowd) == ("1001@b1", OWNER, "1001", False)
    again = taken(edited(text="hi", business_connection_id="b1"), "edited_business_message", host=OWNER)
    assert (again.chat, again.edited, again.host) == ("1001@b1", True, OWNER)


def test_a_business_chat_is_left_alone_without_its_owners_leave() -> None:
    assert read(business(), BUSINESS) is None


def test_what_the_owner_or_a_bot_says_in_a_business_chat_is_not_answered() -> None:
    owner = {"id": int(OWNER.id), "is_bot": False, "first_name": "Owner"}
    assert read({**business(), "from": owner}, BUSINESS, host=OWNER) is None
    bot = {"id": 987654321, "is_bot": True, "first_name": "Parley", "username": "parley_test_bot"}
    assert read({**business(sender_business_bot=bot), "from": owner}, BUSINESS, host=OWNER) is None
    assert read(business(sender_business_bot=bot), BUSINESS, host=OWNER) is None


def test_a_quoted_message_of_a_business_chat_is_known_by_its_id_there() -> None:
    quoted = {**business(), "message_id": 3}
    said = taken(business(reply_to_message=quoted), BUSINESS, host=OWNER)
    assert (said.parts[0].quoted, said.parts[0].message) == (True, "3")


def test_the_connection_that_an_update_came_through_is_known() -> None:
    query = {"id": "1", "from": ADA, "chat_instance": "1", "data": "x", "message": business()}
    for kind, raw in ((BUSINESS, business()), ("edited_business_message", business()), ("callback_query", query)):
        assert connection_of(update(kind, raw)) == "b1"
    assert connection_of(update("message", message(text="x"))) is None
    assert connection_of(Update(1)) is None


def test_a_group_that_moves_is_told_of_once_however_often_telegram_tells() -> None:
    old = {"id": -2001, "type": "group", "title": "Friends"}
    new = {**GROUP, "id": -1002001}
    told = [
        taken(message(old, migrate_to_chat_id=-1002001)),
        taken(message(new, migrate_from_chat_id=-2001), number=78),
    ]
    assert told[0] == told[1]
    assert (told[0].chat, told[0].act) == ("-2001", Moved(to="-1002001"))


@pytest.mark.parametrize("kind", ["channel_post", "edited_channel_post", "guest_message"])
def test_kinds_of_updates_that_are_not_for_us_are_left_alone_and_known(kind: str) -> None:
    assert read(message(text="hello"), kind) is None
    assert kind_of(update(kind, message(text="hello"))) == kind
    assert kind_of(Update(1)) == "unknown"


def test_service_messages_are_left_alone() -> None:
    assert read(message(pinned_message=message(text="x"))) is None
    assert read(message(GROUP, new_chat_members=[ADA])) is None
    assert read(message(GROUP, new_chat_title="Better friends")) is None


def test_ids_that_are_no_numbers_are_not_taken_for_any() -> None:
    with pytest.raises(TypeError):
        read(message({**PRIVATE, "id": "1001"}, text="x"))
    with pytest.raises(TypeError):
        read({**message(text="x"), "message_id": "5"})


_TEXTS = st.text(max_size=30) | st.sampled_from(["@parley_test_bot", "/start", "/@x", "/", "@"])


@given(
    text=_TEXTS | st.none(),
    caption=_TEXTS | st.none(),
    kind=st.sampled_from(["bot_command", "mention", "bold"]),
    offset=st.integers(0, 40),
    length=st.integers(0, 40),
    chat=st.sampled_from([PRIVATE, GROUP]),
)
def test_no_text_or_entity_breaks_the_parsing(
    text: str | None, caption: str | None, kind: str, offset: int, length: int, chat: dict[str, Any]
) -> None:
    entities = [{"type": kind, "offset": offset, "length": length}]
    content = {"text": text, "caption": caption, "entities": entities, "caption_entities": entities}
    said = read(message(chat, photo=PHOTO, **{name: value for name, value in content.items() if value is not None}))
    assert said is None or said.command or said.parts
