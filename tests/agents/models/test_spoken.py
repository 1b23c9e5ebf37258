"""Speaking by models that may fail: words alone go to them, and the next one speaks when one cannot."""

from __future__ import annotations

from typing import Any

import pytest

from agents.decoding.inside import InsideDecoder
from agents.errors import MediaUnreadable, ModelBusy, ModelCrashed, ModelLate, ModelRefused, ModelUnavailable
from agents.limits import Limits
from agents.models.fallback import either
from agents.models.metrics import Metrics
from agents.models.reference import ModelReference
from agents.models.scripted_speaker import ScriptedSpeaker
from agents.models.spoken import Spoken
from agents.voice_notes import stated_seconds


def voice(options: str = "") -> ScriptedSpeaker:
    return ScriptedSpeaker(ModelReference.parse(f"scripted:speech{options}"))


def spoken(voice: ScriptedSpeaker, decoder: Any = None) -> Spoken:
    return Spoken(voice, decoder or InsideDecoder(Limits()))


def of(*voices: ScriptedSpeaker, limits: Limits | None = None) -> Any:
    return either("tts", [spoken(one) for one in voices], Metrics(), limits)


@pytest.mark.parametrize(
    ("text", "language", "said"),
    [("# Hi **you**", "en", "Hi you."), ("你好，**世界**", "zh", "你好，世界。")],
)
async def test_words_without_markdown_are_spoken_as_a_voice_note(text: str, language: str, said: str) -> None:
    one = voice()
    speech = await spoken(one).speak(text, language)
    assert one.said == [(said, language)]
    assert stated_seconds(speech.data) == pytest.approx(speech.seconds, abs=0.05)
    assert speech.seconds == pytest.approx(0.06 * len(said), abs=0.05)


async def test_more_words_take_longer_and_however_many_there_are_a_few_minutes() -> None:
    short, long = [await spoken(voice()).speak("A few words. " * count, "en") for count in (1, 1000)]
    assert 0 < short.seconds < long.seconds < 150


@pytest.mark.parametrize("text", ["", "```\ncode\n```", "| a |\n|---|\n| 1 |", "\U0001f389"])
async def test_where_there_are_no_words_nobody_is_asked(text: str) -> None:
    one = voice()
    with pytest.raises(ModelRefused):
        await spoken(one).speak(text, "en")
    assert one.said == []


async def test_a_language_that_it_does_not_speak_is_refused() -> None:
    one = voice("?languages=zh")
    with pytest.raises(ModelRefused, match="language"):
        await spoken(one).speak("Hello", "en")
    assert (await spoken(one).speak("你好", "zh")).seconds > 0


async def test_what_is_no_recording_is_a_crash_that_names_the_model() -> None:
    with pytest.raises(ModelCrashed, match=r"scripted:speech.*no recording") as caught:
        await spoken(voice("?fail=noise")).speak("Hello", "en")
    assert isinstance(caught.value.__cause__, MediaUnreadable)


async def test_a_decoder_without_a_free_place_is_told_as_it_is() -> None:
    class Full(InsideDecoder):
        async def sound(self, data: bytes) -> Any:
            raise ModelBusy("decoder")

    with pytest.raises(ModelBusy):
        await spoken(voice(), Full(Limits())).speak("Hello", "en")


@pytest.mark.parametrize("first", ["?fail=crash", "?fail=noise", "?languages=zh", "?seconds=60"])
async def test_the_next_one_speaks_when_one_cannot(first: str) -> None:
    second = voice()
    several = of(voice(first), second, limits=Limits(answer_deadline=0.5 if "seconds" in first else 20))
    assert (await several.speak("Hello", "en")).seconds > 0
    assert second.said == [("Hello.", "en")]


async def test_when_none_can_speak_it_is_told_and_in_time() -> None:
    with pytest.raises(ModelCrashed):
        await of(voice("?fail=crash"), voice("?fail=noise")).speak("Hello", "en")
    with pytest.raises(ModelLate):
        await of(voice("?seconds=60"), voice("?seconds=50"), limits=Limits(answer_deadline=0.1)).speak("Hi", "en")


async def test_one_that_cannot_be_loaded_is_told_unless_another_can() -> None:
    several = of(voice("?fail=load"), voice())
    await several.load()
    assert [type(error) for error in several.alternatives.unloaded] == [ModelUnavailable]
    with pytest.raises(ModelUnavailable):
        await spoken(voice("?fail=load")).load()
    await several.stop()
