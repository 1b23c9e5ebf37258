"""What cannot be decoded is told by its reason, in the sender's language, and so is a decoder that cannot be had."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

import pytest

from agents.assistant import Assistant
from agents.errors import MediaUnreadable, ModelBusy, ModelUnavailable
from agents.models.scripted import ScriptedLLM, ScriptedSense
from agents.ports import Card, Senses
from agents.values import Answered, Outcome, Part, Turn
from bot.texts import Texts
from tests.agents.house import finding, photo, voice
from tests.data.making.muxed import film


@dataclass
class Refusing:
    """A decoder that decodes nothing."""

    error: Exception

    async def picture(self, data: bytes) -> NoReturn:
        raise self.error

    async def sound(self, data: bytes) -> NoReturn:
        raise self.error


async def ask(part: Part, locale: str, error: Exception | None = None) -> Answered:
    transcriber = ScriptedSense([finding("hello")], card=Card("scripted:asr"))
    captioner = ScriptedSense([finding("a cat")], card=Card("scripted:caption"))
    senses = Senses(transcriber, captioner)
    decoder = Refusing(error) if error else None
    assistant = Assistant(senses, ScriptedLLM.of(["fine"]), Texts(), decoder=decoder)
    events = [event async for event in assistant.answer(Turn((part,), locale=locale))]
    assert isinstance(events[-1], Answered)
    return events[-1]


@pytest.mark.parametrize(
    ("part", "locale", "says"),
    [
        (photo(), "en", "too much time and memory"),
        (photo(), "zh-hans", "太多时间和内存"),
        (voice(), "en", "too much time and memory"),
        (voice(), "zh-hans", "太多时间和内存"),
    ],
)
async def test_what_costs_too_much_is_told_so(part: Part, locale: str, says: str) -> None:
    answered = await ask(part, locale, MediaUnreadable("too-costly"))
    assert says in answered.reply.text
    assert answered.observations[0].outcome is Outcome.UNREADABLE
    assert "too-costly" in {step.error for step in answered.trace.steps}


@pytest.mark.parametrize(("locale", "says"), [("en", "video without a sound track"), ("zh-hans", "没有声音的视频")])
async def test_a_video_without_sound_is_told_so(locale: str, says: str) -> None:
    silent = type(voice())(film(sound=False), "audio/mp4")
    assert says in (await ask(silent, locale)).reply.text


@pytest.mark.parametrize(
    ("error", "locale", "photo_says", "voice_says"),
    [
        (ModelBusy("decoder"), "en", "too many photos to open at this moment", "too much to listen to at this moment"),
        (ModelBusy("decoder"), "zh", "现在要打开的照片太多", "现在要听的录音太多"),
        (ModelUnavailable("decoder"), "en", "not working", "not working"),
    ],
)
async def test_a_decoder_that_cannot_be_had_is_no_fault_of_the_sender(
    error: Exception, locale: str, photo_says: str, voice_says: str
) -> None:
    for part, says in ((photo(), photo_says), (voice(), voice_says)):
        answered = await ask(part, locale, error)
        assert says in answered.reply.text
        assert answered.observations[0].outcome is Outcome.FAILED
        assert ("too much was waiting" in answered.observations[0].text) is isinstance(error, ModelBusy)
