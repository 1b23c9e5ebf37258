"""Which answers are spoken: those to people who spoke themselves, where a chat wants that."""

from __future__ import annotations

from typing import Any

import pytest

from agents.values import VIDEO_NOTE
from bot.incoming import Incoming, IncomingMedia, Sender
from bot.reading_aloud import ReadingAloud
from storage.memory.preferences import MemoryPreferences
from tests.bot.test_orders import Voicebox


def sent(kind: str, media_type: str, **more: Any) -> Incoming:
    part = IncomingMedia(kind=kind, ref="x", media_type=media_type, **more)  # type: ignore[arg-type]
    return Incoming(key="1", channel="telegram", chat="7", sender=Sender(id="7"), parts=(part,))


@pytest.mark.parametrize(
    ("said", "spoken"),
    [
        (sent("voice", "audio/ogg"), True),
        (sent("video", VIDEO_NOTE), True),
        (sent("video", "video/mp4"), False),
        (sent("voice", "audio/ogg", origin="Ada"), False),
        (sent("video", VIDEO_NOTE, origin="Ada"), False),
        (sent("voice", "audio/ogg", quoted=True), False),
    ],
    ids=["voice note", "video note", "video", "forwarded voice note", "forwarded video note", "quoted"],
)
async def test_an_answer_is_spoken_to_who_spoke(said: Incoming, spoken: bool) -> None:
    preferences = MemoryPreferences()
    reading = ReadingAloud(Voicebox(), preferences)
    assert not await reading.wanted(said), "nobody chose it"
    await preferences.prefer("telegram", "7", "spoken", "voice")
    assert await reading.wanted(said) is spoken
