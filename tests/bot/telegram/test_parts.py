"""What of a Telegram message becomes parts of a turn."""

from __future__ import annotations

from typing import Any

import pytest

from agents.values import VIDEO_NOTE, VIDEO_STICKER
from bot.incoming import IncomingMedia, IncomingText, IncomingUnread
from tests.bot.telegram.messages import (
    GROUP,
    MENTION,
    NAME,
    PHOTO,
    VIDEO,
    VOICE,
    edited,
    file,
    in_group,
    message,
    own,
    parts,
    taken,
)

STICKER = {"width": 512, "height": 512, "type": "regular"}
WHERE = {"latitude": 1, "longitude": 2}


def large(**more: Any) -> IncomingMedia:
    return IncomingMedia(kind="photo", ref="large", media_type="image/jpeg", size=90_000, **{"message": "5", **more})


def test_largest_photo_size_within_the_limit_is_taken_before_its_caption() -> None:
    assert parts(message(photo=PHOTO, caption="what is it?")) == (
        large(),
        IncomingText(text="what is it?", message="5"),
    )
    assert parts(message(photo=PHOTO), limit=1000)[0].ref == "small"
    assert parts(message(photo=PHOTO), limit=10) == (IncomingUnread(what="photo", reason="too-large", message="5"),)


@pytest.mark.parametrize(
    ("content", "kind", "media_type", "seconds"),
    [
        ({"voice": VOICE}, "voice", "audio/ogg", 3.0),
        ({"voice": file("x", duration=1)}, "voice", "audio/ogg", 1.0),
        ({"audio": file("x", duration=61, mime_type="audio/mp4")}, "voice", "audio/mp4", 61.0),
        ({"audio": file("x", duration=1)}, "voice", "audio/mpeg", 1.0),
        ({"video": VIDEO}, "video", "video/mp4", 7.0),
        ({"video": file("x", width=1, height=1, duration=1)}, "video", "video/mp4", 1.0),
        ({"video_note": file("x", length=240, duration=9)}, "video", VIDEO_NOTE, 9.0),
        ({"animation": VIDEO, "document": file("x", mime_type="video/mp4")}, "video", "video/mp4", 7.0),
        ({"animation": {**VIDEO, "mime_type": "image/gif"}}, "photo", "image/gif", 7.0),
        ({"sticker": file("x", is_animated=False, is_video=False, **STICKER)}, "photo", "image/webp", None),
        ({"sticker": file("x", is_animated=False, is_video=True, **STICKER)}, "video", VIDEO_STICKER, None),
        ({"document": file("x", mime_type="image/png")}, "photo", "image/png", None),
        ({"document": file("x", mime_type="audio/flac")}, "voice", "audio/flac", None),
        ({"document": file("x", mime_type="application/ogg")}, "voice", "audio/ogg", None),
        ({"document": file("x", mime_type="video/quicktime")}, "video", "video/quicktime", None),
        ({"document": file("x", file_name="a.JPG")}, "photo", "image/jpeg", None),
        (
            {"document": file("x", file_name="a.webp", mime_type="application/octet-stream")},
            "photo",
            "image/webp",
            None,
        ),
    ],
)
def test_what_is_seen_and_heard_is_taken_however_it_is_sent(
    content: dict[str, Any], kind: str, media_type: str, seconds: float | None
) -> None:
    (part,) = parts(message(**content))
    assert isinstance(part, IncomingMedia)
    assert (part.kind, part.media_type, part.size, part.seconds) == (kind, media_type, 1000, seconds)


@pytest.mark.parametrize(
    ("name", "told", "media_type"),
    [
        ("notes.txt", "text/plain", "text/plain"),
        ("README.md", None, "text/markdown"),
        ("README.md", "application/octet-stream", "text/markdown"),
        ("Zahlen.CSV", "application/vnd.ms-excel", "text/csv"),
        ("data.json", "application/json", "application/json"),
        ("server.log", None, "text/plain"),
        ("paper.pdf", "application/pdf", "application/pdf"),
        ("paper", "application/pdf; charset=binary", "application/pdf"),
        ("main.rs", "text/x-rust", "text/x-rust"),
    ],
)
def test_texts_are_taken_as_documents_by_type_and_name(name: str, told: str | None, media_type: str) -> None:
    (part,) = parts(message(document=file("x", file_name=name, **({"mime_type": told} if told else {}))))
    assert (part.kind, part.media_type, part.name) == ("document", media_type, name)


def test_a_files_name_is_bounded() -> None:
    (part,) = parts(message(document=file("x", file_name="n" * 5000 + ".txt", mime_type="text/plain")))
    assert len(part.name) == 200


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ({"contact": {"phone_number": "1", "first_name": "x"}}, "contact"),
        ({"dice": {"emoji": "🎲", "value": 1}}, "dice"),
        ({"location": WHERE}, "location"),
        ({"location": WHERE, "venue": {"location": WHERE, "title": "x", "address": "y"}}, "venue"),
        ({"story": {"chat": GROUP, "id": 3}}, "story"),
        ({"document": file("x", file_name="a.zip", mime_type="application/zip")}, "document"),
        ({"document": file("x", mime_type="text/rtf")}, "document"),
        ({"document": file("x")}, "document"),
        ({"sticker": file("x", is_animated=True, is_video=False, **STICKER)}, "sticker"),
    ],
)
def test_what_no_sense_takes_is_named(content: dict[str, Any], what: str) -> None:
    assert parts(message(**content)) == (IncomingUnread(what=what, reason="unsupported", message="5"),)


def test_a_drawing_in_motion_is_its_emoji() -> None:
    sticker = file("x", is_animated=True, is_video=False, emoji="🎉", **STICKER)
    assert parts(message(sticker=sticker)) == (IncomingText(text="🎉", message="5"),)


def test_a_live_photo_is_its_still() -> None:
    live = {"live_photo": {**VIDEO, "photo": PHOTO}, "photo": PHOTO}
    assert parts(message(**live)) == (large(),)
    external = {"origin": {"type": "hidden_user", "date": 1, "sender_user_name": "x"}, **live}
    del external["photo"]
    assert parts(message(text="?", external_reply=external))[0].ref == "large"


def test_a_caption_of_something_unsupported_is_kept() -> None:
    archive = file("x", mime_type="application/zip")
    assert parts(message(document=archive, caption="look")) == (
        IncomingUnread(what="document", reason="unsupported", message="5"),
        IncomingText(text="look", message="5"),
    )


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ({"voice": file("x", 30_000_000, duration=1)}, "voice"),
        ({"audio": file("x", 30_000_000, duration=1)}, "voice"),
        ({"video": {**VIDEO, "file_size": 30_000_000}}, "video"),
        ({"video_note": file("x", 30_000_000, length=1, duration=1)}, "video"),
        ({"document": file("x", 30_000_000, mime_type="image/png")}, "photo"),
        ({"document": file("x", 30_000_000, mime_type="text/plain")}, "document"),
    ],
)
def test_media_beyond_the_limit_are_named_before_anything_is_fetched(content: dict[str, Any], what: str) -> None:
    assert parts(message(**content)) == (IncomingUnread(what=what, reason="too-large", message="5"),)


def test_media_of_unknown_size_are_taken() -> None:
    (part,) = parts(message(voice=file("x", None, duration=1)))
    assert isinstance(part, IncomingMedia) and part.size is None


def test_message_without_content_is_named_empty_and_one_of_a_new_kind_unsupported() -> None:
    assert parts(message()) == (IncomingUnread(what="message", reason="empty", message="5"),)
    assert parts(message(text=" \n")) == (IncomingUnread(what="message", reason="empty", message="5"),)
    assert parts(message(hologram={"id": 1})) == (IncomingUnread(what="message", reason="unsupported", message="5"),)


def test_quoted_parts_come_first_and_tell_the_message_they_stand_in() -> None:
    quoted = {**message(photo=PHOTO, caption="the menu"), "message_id": 3}
    assert parts(message(voice=VOICE, reply_to_message=quoted)) == (
        large(quoted=True, message="3"),
        IncomingText(text="the menu", quoted=True, message="3"),
        IncomingMedia(kind="voice", ref="voice", media_type="audio/ogg", size=1000, seconds=3.0, message="5"),
    )


def test_a_reply_to_the_bots_own_words_quotes_them() -> None:
    assert parts(message(text="sure?", reply_to_message=own(text="It is a cat."))) == (
        IncomingText(text="It is a cat.", quoted=True, message="4"),
        IncomingText(text="sure?", message="5"),
    )


def test_a_marked_passage_stands_for_the_whole_quoted_text() -> None:
    quote = {"text": "a cat", "position": 6, "is_manual": True}
    quoted = message(text="It is a cat.")
    assert parts(message(text="sure?", reply_to_message=quoted, quote=quote))[0].text == "a cat"


def test_a_reply_to_a_message_of_another_chat_brings_its_media_without_an_id_of_this_chat() -> None:
    origin = {"type": "channel", "date": 1_700_000_000, "chat": {"id": -5, "type": "channel", "title": "News"},
              "message_id": 9}  # fmt: skip
    external = {"origin": origin, "photo": PHOTO, "message_id": 9}
    first, second = parts(message(text="what is it?", external_reply=external))
    assert first == large(quoted=True, message=None, origin="News")
    assert second.text == "what is it?"


def test_a_reply_to_a_story_says_that_it_cannot_be_seen() -> None:
    first, _ = parts(message(text="nice?", reply_to_story={"chat": GROUP, "id": 3}))
    assert first == IncomingUnread(what="story", reason="unsupported", quoted=True)


def test_quoted_media_that_cannot_be_taken_are_named_as_quoted() -> None:
    quoted = message(voice=file("x", 30_000_000, duration=1))
    assert parts(message(text="what?", reply_to_message=quoted))[0] == IncomingUnread(
        what="voice", reason="too-large", quoted=True, message="5"
    )


def test_the_beginning_of_a_topic_is_not_a_quoted_message() -> None:
    topic = message(GROUP, forum_topic_created={"name": "Cats", "icon_color": 1})
    said = in_group(text=f"{NAME} hello", entities=[MENTION], reply_to_message=topic)
    assert said is not None and [part.text for part in said.parts] == ["hello"]


def test_a_bare_mention_in_reply_asks_about_the_quoted_message() -> None:
    incoming = in_group(text=NAME, entities=[MENTION], reply_to_message=message(GROUP, photo=PHOTO))
    assert incoming and [(part.kind, part.quoted) for part in incoming.parts] == [("photo", True)]


@pytest.mark.parametrize(
    ("origin", "name"),
    [
        (
            {"type": "user", "sender_user": {"id": 1, "is_bot": False, "first_name": "Grace", "last_name": "H"}},
            "Grace H",
        ),
        ({"type": "hidden_user", "sender_user_name": "Someone"}, "Someone"),
        ({"type": "chat", "sender_chat": {"id": -1, "type": "supergroup", "title": "Neighbours"}}, "Neighbours"),
        ({"type": "channel", "chat": {"id": -1, "type": "channel", "title": "News"}, "message_id": 1}, "News"),
        ({"type": "of-the-future"}, None),
    ],
)
def test_what_is_forwarded_keeps_whom_it_came_from(origin: dict[str, Any], name: str | None) -> None:
    forwarded = {"photo": PHOTO, "caption": "see", "forward_origin": {"date": 1_600_000_000, **origin}}
    assert [part.origin for part in parts(message(**forwarded))] == [name, name]
    quoting = parts(message(text="?", reply_to_message=message(**forwarded)))
    assert [part.origin for part in quoting] == [name, name, None]


def test_an_edit_says_what_stands_there_now() -> None:
    said = taken(edited(photo=PHOTO, caption="and this?"), "edited_message")
    assert said.edited and said.message == "5"
    assert said.parts == (large(), IncomingText(text="and this?", message="5"))
