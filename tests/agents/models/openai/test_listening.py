"""Transcriptions in every form that hosts tell them, and how sure of them anybody is."""

from __future__ import annotations

import math
import threading
from typing import Any, ClassVar

import numpy as np
import pytest

from agents.errors import ModelRefused, ReferenceInvalid
from agents.models.openai.asr import OpenAITranscriber
from agents.models.reference import ModelReference
from agents.ports import Sound
from agents.values import Finding, Span
from tests.agents.models.openai.makings import making
from tests.agents.models.openai.roles import SOUND
from tests.agents.models.openai.scripted_host import Script, ScriptedHost, complaint


def segment(text: str, **told: Any) -> dict[str, Any]:
    return {"text": text, "start": 0.5, "end": 1.5, "tokens": [1, 2], "avg_logprob": math.log(0.9), **told}


async def heard(told: Any, options: str = "") -> list[Finding]:
    async with ScriptedHost(Script(told)) as host:
        ears = OpenAITranscriber.made(making(host.reference(options)))
        try:
            return await ears.perceive(SOUND)
        finally:
            await ears.stop()


async def test_whispers_form_tells_words_language_time_and_how_sure_it_was() -> None:
    (found,) = await heard(
        {
            "text": "ignored when there are segments",
            "language": "english",
            "segments": [
                segment(" Hello", avg_logprob=math.log(0.8), tokens=[1]),
                segment(" there.", avg_logprob=math.log(0.1), tokens=[1, 2, 3], end=4.0),
            ],
        }
    )
    assert found.text == "Hello there."
    assert found.language == "en"
    assert found.place == Span(0.5, 4.0)
    assert found.confidence == pytest.approx(0.8 ** (1 / 4) * 0.1 ** (3 / 4))


async def test_the_newer_form_tells_how_likely_each_token_was() -> None:
    (found,) = await heard(
        {"text": "Hi", "logprobs": [{"token": "H", "logprob": -0.1}, {"token": "i", "logprob": -0.3}]}
    )
    assert found == Finding("Hi", pytest.approx(math.exp(-0.2)))


@pytest.mark.parametrize(
    "told",
    [
        {"text": "Hi"},
        {"text": "Hi", "segments": [{"text": "Hi"}]},
        {"text": "Hi", "segments": [{"text": "Hi", "avg_logprob": 0.0, "tokens": []}]},  # filled in, not measured
        {"text": "Hi", "segments": None, "logprobs": None},
    ],
)
async def test_what_a_host_does_not_tell_is_said_as_a_guess(told: Any) -> None:
    (found,) = await heard(told)
    card = OpenAITranscriber.declare(ModelReference.parse("openai:http://h/v1#m"))
    assert found == Finding("Hi", card.half_from)
    assert card.half_from < card.sure_from


@pytest.mark.parametrize(
    ("told", "tag"),
    [("en", "en"), ("Chinese", "zh"), ("german", "de"), ("jw", "jv"), ("yue", "yue"), ("klingonese", None), (7, None)],
)
async def test_languages_are_known_by_tag_or_name(told: Any, tag: str | None) -> None:
    (found,) = await heard({"text": "x", "language": told})
    assert found.language == tag


async def test_a_language_that_was_asked_for_is_the_one_that_is_told() -> None:
    (found,) = await heard({"text": "x", "language": "english"}, "?language=zh")
    assert found.language == "zh"


@pytest.mark.parametrize(
    "invented",
    [
        segment("Thank you.", no_speech_prob=0.9, avg_logprob=-1.5),
        segment("la la la la la", compression_ratio=3.0),
        segment("   "),
        segment("\u0000\u202e"),
    ],
)
async def test_what_whisper_invents_over_noise_is_no_speech(invented: Any) -> None:
    assert await heard({"text": "x", "segments": [invented]}) == []
    (found,) = await heard({"text": "x", "segments": [invented, segment(" Hello")]})
    assert found.text == "Hello"


async def test_silence_is_not_sent() -> None:
    async with ScriptedHost(Script({"text": "Thank you."})) as host:
        ears = OpenAITranscriber.made(making(host.reference()))
        assert await ears.perceive(Sound(np.zeros(16_000, np.float32))) == []
        assert await ears.perceive(Sound(np.zeros(0, np.float32))) == []
        assert host.asked == []


async def test_the_form_that_a_host_takes_is_remembered_and_a_later_refusal_is_one() -> None:
    async with ScriptedHost(complaint(400), Script({"text": "one"}), Script({"text": "two"}), complaint(400)) as host:
        ears = OpenAITranscriber.made(making(host.reference()))
        assert [(await ears.perceive(SOUND))[0].text for _ in range(2)] == ["one", "two"]
        with pytest.raises(ModelRefused):
            await ears.perceive(SOUND)
        await ears.stop()
        formats = [asked.form["response_format"][0] for asked in host.asked if asked.form]
    assert formats == ["verbose_json", "json", "json", "json"]


@pytest.mark.parametrize(
    ("options", "meant"), [("?langauge=en", "language"), ("?sure=2", "sure is a number"), ("?side=3", "openai knows")]
)
def test_a_wrong_option_is_refused_with_what_was_meant(options: str, meant: str) -> None:
    with pytest.raises(ReferenceInvalid) as caught:
        OpenAITranscriber.declare(ModelReference.parse(f"openai:http://h/v1#m{options}"))
    assert meant in caught.value.remedy


class Watched(np.ndarray[Any, Any]):
    """Samples that know which threads asked how loud they are."""

    asked: ClassVar[set[int]] = set()

    def __abs__(self) -> Any:
        self.asked.add(threading.get_ident())
        return super().__abs__()


async def test_how_loud_a_recording_is_is_found_beside_the_event_loop() -> None:
    ears = OpenAITranscriber.made(making("openai:http://127.0.0.1:1/v1#m"))
    assert await ears.perceive(Sound(np.zeros(16_000, np.float32).view(Watched))) == []
    assert Watched.asked
    assert threading.get_ident() not in Watched.asked
    await ears.stop()
