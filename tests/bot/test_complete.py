"""How complete what was sent so far looks."""

from __future__ import annotations

import pytest

from bot.complete import completeness
from bot.incoming import Incoming, IncomingMedia, IncomingText, Sender


def said(*parts: object) -> Incoming:
    made = tuple(
        IncomingText(text=part) if isinstance(part, str) else part
        for part in parts
    )  # fmt: skip
    return Incoming(channel="telegram", chat="7", key="1", sender=Sender(id="7"), parts=made)  # type: ignore[arg-type]


def media(kind: str, quoted: bool = False) -> IncomingMedia:
    return IncomingMedia(kind=kind, ref="f", media_type="x/y", quoted=quoted)  # type: ignore[arg-type]


FINISHED = ("What is the capital of France?", "Tell me a joke.", "(Never mind.)", "法国的首都是哪里？", "ok 👍")
GREETINGS = ("hi", "Thanks!", "你好", "好的")
OPEN = ("Look at this!", "Who is in this picture?", "so, and", "these three things:", "first…", "wait...")
OPEN_ZH = ("看看这个", "这张照片里是什么？", "还有")


@pytest.mark.parametrize("text", [*FINISHED, *GREETINGS])
def test_a_finished_sentence_or_a_greeting_is_complete(text: str) -> None:
    assert completeness([said(text)]) == 1.0


@pytest.mark.parametrize("text", [*OPEN, *OPEN_ZH])
def test_what_announces_more_is_open(text: str) -> None:
    assert completeness([said(text)]) == 0.0


def test_a_sentence_about_something_that_is_not_there_waits_a_moment_for_it() -> None:
    assert completeness([said("Tell me a joke.")]) > completeness([said("What does he say?")]) > 0.5


def test_a_text_as_long_as_a_message_can_be_goes_on() -> None:
    assert completeness([said("A sentence. " * 340)]) == 0.0


def test_other_words_are_in_between() -> None:
    assert 0.0 < completeness([said("tell me about trains")]) < 1.0


def test_media_want_words_and_words_about_media_are_complete() -> None:
    assert completeness([said(media("photo"))]) == 0.0
    assert completeness([said(media("voice"))]) == 0.0
    assert completeness([said(media("photo")), said("what is this")]) == 1.0
    assert completeness([said(media("photo"), "what is this and")]) == 0.0
    assert 0.0 < completeness([said(media("photo")), said(media("voice"))]) < 1.0


def test_what_is_quoted_counts_as_there() -> None:
    assert completeness([said(media("photo", quoted=True), "what is this")]) == 1.0
    assert completeness([said(media("photo", quoted=True), media("voice"))]) == 1.0


def test_nothing_at_all_is_complete() -> None:
    assert completeness([said()]) == 1.0
