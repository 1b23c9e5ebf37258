"""What of a group is for the bot, and who said it."""

from __future__ import annotations

from typing import Any

import pytest

from bot.incoming import Incoming, IncomingText, Sender
from tests.bot.telegram.messages import (
    GROUP,
    ME,
    MENTION,
    NAME,
    PHOTO,
    PRIVATE,
    VOICE,
    edited,
    entity,
    in_group,
    message,
    own,
    read,
    taken,
)

ANONYMOUS = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
CHANNEL_BOT = {"id": 136817688, "is_bot": True, "first_name": "Channel", "username": "Channel_Bot"}
NEWS = {"id": -3001, "type": "channel", "title": "News", "username": "news"}


@pytest.mark.parametrize(
    "content",
    [
        {"text": "hello everybody"},
        {"text": "@other_bot hello", "entities": [entity("mention", "@other_bot")]},
        {"text": "@parley_test_bots hello", "entities": [entity("mention", "@parley_test_bots")]},
        {"text": "/ban", "entities": [entity("bot_command", "/ban")]},
        {"text": "/help@other_bot", "entities": [entity("bot_command", "/help@other_bot")]},
        {
            "text": "/help@other_bot",
            "entities": [entity("bot_command", "/help@other_bot")],
            "reply_to_message": own(text="It is a cat."),
        },
        {"photo": PHOTO},
        {"text": "y", "reply_to_message": message(GROUP, text="x")},
    ],
)
def test_what_people_say_to_one_another_in_a_group_is_left_alone(content: dict[str, Any]) -> None:
    assert in_group(**content) is None


@pytest.mark.parametrize(
    "content",
    [
        {"text": f"{NAME.upper()}, hello", "entities": [MENTION]},
        {"text": f"hello {NAME}", "entities": [entity("mention", NAME, 6)]},
        {"text": "Parley hello", "entities": [{**entity("text_mention", "Parley"), "user": ME.to_dict()}]},
        {"text": "/help", "entities": [entity("bot_command", "/help")]},
        {"text": "/nothing_we_know" + NAME, "entities": [entity("bot_command", "/nothing_we_know" + NAME)]},
        {"photo": PHOTO, "caption": f"{NAME} what is it?", "caption_entities": [MENTION]},
        {"photo": PHOTO, "caption": "/help", "caption_entities": [entity("bot_command", "/help")]},
        {"text": "sure?", "reply_to_message": own(text="It is a cat.")},
        {"photo": PHOTO, "reply_to_message": own(text="Show me.")},
        {"voice": VOICE, "reply_to_message": own(text="Tell me.")},
    ],
)
def test_what_mentions_answers_or_commands_the_bot_is_for_it(content: dict[str, Any]) -> None:
    incoming = in_group(**content)
    assert incoming is not None
    assert (incoming.chat, incoming.addressed, incoming.crowd) == ("-2001", True, True)


def test_an_album_is_whole_though_only_one_of_its_photos_addresses_the_bot() -> None:
    def member(number: int, **content: Any) -> Incoming:
        raw = {**message(GROUP, photo=PHOTO, media_group_id="88", **content), "message_id": number}
        return taken(raw)

    first = member(10, caption=f"{NAME} compare", caption_entities=[MENTION])
    second = member(11)
    assert (first.addressed, second.addressed) == (True, False)
    assert first.album == second.album == "-2001/88"
    assert first.key != second.key


def test_an_unaddressed_photo_of_an_album_that_is_edited_is_left_alone() -> None:
    assert read(edited(GROUP, photo=PHOTO, media_group_id="88"), "edited_message") is None


def test_albums_of_different_topics_are_different() -> None:
    forum = {**GROUP, "is_forum": True}
    place = {"message_thread_id": 33, "is_topic_message": True, "media_group_id": "88"}
    assert taken(message(forum, photo=PHOTO, **place)).album == "-2001:33/88"


def test_a_leading_mention_is_not_part_of_what_is_asked() -> None:
    incoming = in_group(text=f"{NAME}, what is it?", entities=[MENTION])
    assert incoming and incoming.parts == (IncomingText(text="what is it?", message="5"),)
    longer = taken(message(text=f"{NAME}s are many"))
    assert longer.parts == (IncomingText(text=f"{NAME}s are many", message="5"),)


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("what is {} this", "what is this"),
        ("what is this {}", "what is this"),
        ("hey {}, what is this?", "hey, what is this?"),
        ("Thanks {}!", "Thanks!"),
        ("Two lines:\n{}: the second", "Two lines:\nthe second"),
        ("{} {} hello", "hello"),
        ("😀👍🏽 {} was ist das", "😀👍🏽 was ist das"),
        ("@other_bot and {} hello", "@other_bot and hello"),
        ("这是{}什么", "这是什么"),
        ("{}，这是什么？", "这是什么？"),
    ],
)
def test_the_bots_own_name_is_not_part_of_what_is_asked_wherever_it_stands(text: str, asked: str) -> None:
    """Offsets count UTF-16 units."""
    written = text.format(*[NAME] * text.count("{}"))
    places = [at for at in range(len(written)) if written.startswith(NAME, at)]
    mentions = [entity("mention", NAME, len(written[:at].encode("utf-16-le")) // 2) for at in places]
    said = in_group(text=written, entities=[entity("mention", "@other_bot"), *mentions])
    assert said and said.parts == (IncomingText(text=asked, message="5"),)


def test_a_name_that_calls_the_bot_by_its_id_is_not_part_of_what_is_asked() -> None:
    named = {**entity("text_mention", "Parley", 6), "user": ME.to_dict()}
    said = in_group(text="hello Parley, who is Ada", entities=[named])
    assert said and said.parts == (IncomingText(text="hello, who is Ada", message="5"),)


def test_in_a_private_chat_the_bots_name_is_what_somebody_speaks_of() -> None:
    said = taken(message(text=f"Who made {NAME}?", entities=[entity("mention", NAME, 9)]))
    assert said.parts == (IncomingText(text=f"Who made {NAME}?", message="5"),)


def test_a_topic_of_a_forum_is_a_conversation_of_its_own() -> None:
    forum = {**GROUP, "is_forum": True}
    asked = {"text": f"{NAME} hello", "entities": [MENTION]}
    topic = message(forum, message_thread_id=33, is_topic_message=True, **asked)
    assert taken(topic).chat == "-2001:33"
    assert taken(message(forum, **asked)).chat == "-2001"


def test_a_thread_of_replies_is_no_topic() -> None:
    said = in_group(text="sure?", message_thread_id=4, reply_to_message=own(text="It is a cat."))
    assert said is not None and said.chat == "-2001"


def test_a_topic_in_a_private_chat_is_a_conversation_of_its_own() -> None:
    said = taken(message(PRIVATE, text="hello", message_thread_id=7, is_topic_message=True))
    assert (said.chat, said.crowd) == ("1001:7", False)


def test_the_first_words_of_a_topic_that_the_bot_opened_do_not_answer_it() -> None:
    opened = own(forum_topic_created={"name": "Cats", "icon_color": 1})
    place = {"message_thread_id": 4, "is_topic_message": True}
    assert in_group(text="hello all", reply_to_message=opened, **place) is None


def test_who_speaks_in_a_chats_name_is_known_by_that_chat() -> None:
    asked = {"text": f"{NAME} hello", "entities": [MENTION]}
    admin = taken({**message(GROUP, sender_chat=GROUP, **asked), "from": ANONYMOUS})
    assert admin.sender == Sender(id="-2001", name="Friends")
    channel = taken({**message(GROUP, sender_chat=NEWS, **asked), "from": CHANNEL_BOT})
    assert (channel.sender.id, channel.sender.username, channel.sender.name) == ("-3001", "news", "News")


def test_posts_that_telegram_copies_from_a_channel_are_left_alone() -> None:
    post = message(GROUP, text=f"{NAME} hello", entities=[MENTION], sender_chat=NEWS, is_automatic_forward=True)
    assert read(post) is None


def test_channels_and_messages_to_them_are_left_alone() -> None:
    assert read(message(NEWS, text=NAME, entities=[MENTION])) is None
    assert read(message(NEWS, text="x"), "channel_post") is None
    to_channel = message({**GROUP, "is_direct_messages": True}, text=NAME, entities=[MENTION])
    assert read({**to_channel, "direct_messages_topic": {"topic_id": 3}}) is None


def test_other_bots_are_left_alone_but_not_who_speaks_through_one() -> None:
    other = {"id": 5, "is_bot": True, "first_name": "Other", "username": "other_bot"}
    assert read({**message(text="x"), "from": other}) is None
    assert taken(message(text="a gif", via_bot=other)).sender.id == "1001"


def test_messages_without_a_sender_are_left_alone() -> None:
    senderless = message(text="x")
    del senderless["from"]
    assert read(senderless) is None
