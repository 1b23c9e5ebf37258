"""What of Telegram becomes a turn, and what is left alone."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import Update, User

from bot.incoming import Incoming, IncomingMedia, IncomingText, IncomingUnread
from bot.telegram.parse import kind_of, parse

ME = User(987654321, "Parley", is_bot=True, username="parley_test_bot")
ADA = {"id": 1001, "is_bot": False, "first_name": "Ada", "last_name": "L", "username": "ada", "language_code": "en"}
PRIVATE = {"id": 1001, "type": "private", "first_name": "Ada"}
GROUP = {"id": -2001, "type": "supergroup", "title": "Friends"}
LIMIT = 20 * 1024 * 1024


def message(chat: dict[str, Any] = PRIVATE, **content: Any) -> dict[str, Any]:
    return {"message_id": 5, "date": 1_700_000_000, "chat": chat, "from": ADA, **content}


def read(raw: dict[str, Any], kind: str = "message", limit: int = LIMIT) -> Incoming | None:
    return parse(Update.de_json({"update_id": 77, kind: raw}, None), ME, limit)


def parts(raw: dict[str, Any], limit: int = LIMIT) -> tuple[Any, ...]:
    incoming = read(raw, limit=limit)
    assert incoming is not None
    return incoming.parts


def file(name: str, size: int | None = 1000, **more: Any) -> dict[str, Any]:
    return {"file_id": name, "file_unique_id": name, **({"file_size": size} if size is not None else {}), **more}


def photo(*sizes: tuple[str, int, int]) -> list[dict[str, Any]]:
    return [file(name, size, width=width, height=width) for name, width, size in sizes]


def entity(kind: str, text: str, offset: int = 0) -> dict[str, Any]:
    return {"type": kind, "offset": offset, "length": len(text)}


PHOTO = photo(("small", 90, 900), ("large", 1280, 90_000))
VOICE = file("voice", duration=3, mime_type="audio/ogg")


def test_text_comes_with_its_sender_chat_and_keys() -> None:
    incoming = read(message(text="hello"))
    assert incoming is not None
    assert (incoming.channel, incoming.chat, incoming.key, incoming.message) == ("telegram", "1001", "77", "5")
    assert incoming.sender.model_dump() == {"id": "1001", "username": "ada", "name": "Ada L", "locale": "en"}
    assert incoming.parts == (IncomingText(text="hello"),)
    assert incoming.command is None


def test_largest_photo_size_within_the_limit_is_taken_before_its_caption() -> None:
    taken = parts(message(photo=PHOTO, caption="what is it?"))
    assert taken == (
        IncomingMedia(kind="photo", ref="large", media_type="image/jpeg", size=90_000),
        IncomingText(text="what is it?"),
    )
    assert parts(message(photo=PHOTO), limit=1000)[0].ref == "small"
    assert parts(message(photo=PHOTO), limit=10) == (IncomingUnread(what="photo", reason="too-large"),)


@pytest.mark.parametrize(
    ("content", "kind", "media_type"),
    [
        ({"voice": VOICE}, "voice", "audio/ogg"),
        ({"voice": file("x", duration=1)}, "voice", "audio/ogg"),
        ({"audio": file("x", duration=1, mime_type="audio/mp4")}, "voice", "audio/mp4"),
        ({"audio": file("x", duration=1)}, "voice", "audio/mpeg"),
        ({"document": file("x", mime_type="image/png")}, "photo", "image/png"),
        ({"document": file("x", mime_type="audio/flac")}, "voice", "audio/flac"),
        ({"document": file("x", mime_type="application/ogg")}, "voice", "audio/ogg"),
        ({"document": file("x", file_name="a.JPG")}, "photo", "image/jpeg"),
        ({"document": file("x", file_name="a.webp", mime_type="application/octet-stream")}, "photo", "image/webp"),
    ],
)
def test_recordings_and_pictures_are_taken_however_they_are_sent(
    content: dict[str, Any], kind: str, media_type: str
) -> None:
    (part,) = parts(message(**content))
    assert isinstance(part, IncomingMedia)
    assert (part.kind, part.media_type, part.size) == (kind, media_type, 1000)


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ({"contact": {"phone_number": "1", "first_name": "x"}}, "contact"),
        ({"dice": {"emoji": "🎲", "value": 1}}, "dice"),
        ({"location": {"latitude": 1, "longitude": 2}}, "location"),
        (
            {
                "location": {"latitude": 1, "longitude": 2},
                "venue": {"location": {"latitude": 1, "longitude": 2}, "title": "x", "address": "y"},
            },
            "venue",
        ),
        ({"video": file("x", width=1, height=1, duration=1)}, "video"),
        ({"video_note": file("x", length=1, duration=1)}, "video_note"),
        ({"document": file("x", mime_type="application/pdf")}, "document"),
        ({"document": file("x")}, "document"),
        (
            {
                "document": file("x", mime_type="image/gif"),
                "animation": file("x", width=1, height=1, duration=1),
            },
            "animation",
        ),
        (
            {"sticker": file("x", width=1, height=1, type="regular", is_animated=False, is_video=False)},
            "sticker",
        ),
    ],
)
def test_what_no_sense_takes_is_named(content: dict[str, Any], what: str) -> None:
    assert parts(message(**content)) == (IncomingUnread(what=what, reason="unsupported"),)


def test_a_caption_of_something_unsupported_is_kept() -> None:
    video = file("x", width=1, height=1, duration=1)
    assert parts(message(video=video, caption="look")) == (
        IncomingUnread(what="video", reason="unsupported"),
        IncomingText(text="look"),
    )


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ({"voice": file("x", 30_000_000, duration=1)}, "voice"),
        ({"audio": file("x", 30_000_000, duration=1)}, "voice"),
        ({"document": file("x", 30_000_000, mime_type="image/png")}, "photo"),
    ],
)
def test_media_beyond_the_limit_are_named_before_anything_is_fetched(content: dict[str, Any], what: str) -> None:
    assert parts(message(**content)) == (IncomingUnread(what=what, reason="too-large"),)


def test_media_of_unknown_size_are_taken() -> None:
    (part,) = parts(message(voice=file("x", None, duration=1)))
    assert isinstance(part, IncomingMedia) and part.size is None


def test_message_without_content_is_named_empty_and_one_of_a_new_kind_unsupported() -> None:
    assert parts(message()) == (IncomingUnread(what="message", reason="empty"),)
    assert parts(message(text=" \n")) == (IncomingUnread(what="message", reason="empty"),)
    assert parts(message(hologram={"id": 1})) == (IncomingUnread(what="message", reason="unsupported"),)


def test_quoted_parts_come_first_and_are_marked() -> None:
    quoted = message(photo=PHOTO, caption="the menu")
    assert parts(message(voice=VOICE, reply_to_message=quoted)) == (
        IncomingMedia(kind="photo", ref="large", media_type="image/jpeg", size=90_000, quoted=True),
        IncomingText(text="the menu", quoted=True),
        IncomingMedia(kind="voice", ref="voice", media_type="audio/ogg", size=1000),
    )


def test_a_reply_to_the_bots_own_words_quotes_them() -> None:
    own = {**message(text="It is a cat."), "from": ME.to_dict()}
    assert parts(message(text="sure?", reply_to_message=own)) == (
        IncomingText(text="It is a cat.", quoted=True),
        IncomingText(text="sure?"),
    )


def test_a_marked_passage_stands_for_the_whole_quoted_text() -> None:
    quote = {"text": "a cat", "position": 6, "is_manual": True}
    quoted = message(text="It is a cat.")
    assert parts(message(text="sure?", reply_to_message=quoted, quote=quote))[0] == IncomingText(
        text="a cat", quoted=True
    )


def test_a_reply_to_a_message_of_another_chat_brings_its_media() -> None:
    external = {
        "origin": {"type": "hidden_user", "date": 1_700_000_000, "sender_user_name": "x"},
        "photo": PHOTO,
    }
    first, second = parts(message(text="what is it?", external_reply=external))
    assert (first.ref, first.quoted, second.text) == ("large", True, "what is it?")


def test_quoted_media_that_cannot_be_taken_are_named_as_quoted() -> None:
    quoted = message(voice=file("x", 30_000_000, duration=1))
    assert parts(message(text="what?", reply_to_message=quoted))[0] == IncomingUnread(
        what="voice", reason="too-large", quoted=True
    )


def test_the_beginning_of_a_topic_is_not_a_quoted_message() -> None:
    topic = message(GROUP, forum_topic_created={"name": "Cats", "icon_color": 1})
    text = "@parley_test_bot hello"
    mention = entity("mention", "@parley_test_bot")
    assert parts(message(GROUP, text=text, entities=[mention], reply_to_message=topic)) == (IncomingText(text="hello"),)


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("/start", "start"),
        ("/START deep-link", "start"),
        ("/help@parley_test_bot", "help"),
        ("/Reset@Parley_Test_Bot", "reset"),
        ("/nothing_we_know", "nothing_we_know"),
    ],
)
def test_commands_are_read_with_and_without_the_bots_name(text: str, command: str) -> None:
    incoming = read(message(text=text, entities=[entity("bot_command", text.split()[0])]))
    assert incoming is not None
    assert (incoming.command, incoming.parts) == (command, ())


def test_a_command_in_the_middle_or_for_another_bot_is_text() -> None:
    middle = read(message(text="try /help", entities=[entity("bot_command", "/help", 4)]))
    other = read(message(text="/help@other_bot", entities=[entity("bot_command", "/help@other_bot")]))
    assert middle and middle.command is None and middle.parts == (IncomingText(text="try /help"),)
    assert other and other.command is None and other.parts == (IncomingText(text="/help@other_bot"),)


def in_group(**content: Any) -> Incoming | None:
    return read(message(GROUP, **content))


def test_in_a_group_only_what_is_addressed_to_the_bot_is_answered() -> None:
    own = {**message(GROUP, text="It is a cat."), "from": ME.to_dict()}
    name = "@Parley_test_bot"
    named_by_id = {**entity("text_mention", "Parley"), "user": ME.to_dict()}
    assert in_group(text="hello everybody") is None
    assert in_group(text="@other_bot hello", entities=[entity("mention", "@other_bot")]) is None
    assert in_group(text="/ban", entities=[entity("bot_command", "/ban")]) is None
    assert in_group(text="/help@other_bot", entities=[entity("bot_command", "/help@other_bot")]) is None
    assert in_group(photo=PHOTO) is None
    assert in_group(reply_to_message=message(GROUP, text="x"), text="y") is None
    for content in (
        {"text": f"{name}, hello", "entities": [entity("mention", name)]},
        {"text": f"hello {name}", "entities": [entity("mention", name, 6)]},
        {"text": "Parley hello", "entities": [named_by_id]},
        {"text": "/help", "entities": [entity("bot_command", "/help")]},
        {"photo": PHOTO, "caption": f"{name} what is it?", "caption_entities": [entity("mention", name)]},
        {"text": "sure?", "reply_to_message": own},
    ):
        incoming = in_group(**content)
        assert incoming is not None
        assert incoming.chat == "-2001"


def test_a_leading_mention_is_not_part_of_what_is_asked() -> None:
    incoming = in_group(text="@parley_test_bot, what is it?", entities=[entity("mention", "@parley_test_bot")])
    assert incoming and incoming.parts == (IncomingText(text="what is it?"),)
    longer = read(message(text="@parley_test_bots are many"))
    assert longer and longer.parts == (IncomingText(text="@parley_test_bots are many"),)


def test_a_bare_mention_in_reply_asks_about_the_quoted_message() -> None:
    mention = entity("mention", "@parley_test_bot")
    incoming = in_group(text="@parley_test_bot", entities=[mention], reply_to_message=message(GROUP, photo=PHOTO))
    assert incoming and [(part.kind, part.quoted) for part in incoming.parts] == [("photo", True)]


@pytest.mark.parametrize("kind", ["edited_message", "channel_post", "edited_channel_post", "business_message"])
def test_updates_without_a_new_message_are_left_alone_and_known_by_kind(kind: str) -> None:
    raw = message(text="hello")
    assert read(raw, kind) is None
    assert kind_of(Update.de_json({"update_id": 1, kind: raw}, None)) == kind
    assert kind_of(Update(1)) == "unknown"


def test_service_messages_other_bots_and_senderless_messages_are_left_alone() -> None:
    pinned = message(text="x")
    assert read(message(pinned_message=pinned)) is None
    assert read({**message(text="x"), "from": {**ADA, "is_bot": True}}) is None
    senderless = message(text="x")
    del senderless["from"]
    assert read(senderless) is None


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
    incoming = read(message(chat, **{name: value for name, value in content.items() if value is not None}))
    assert incoming is None or incoming.command or incoming.parts
