"""What settings make of spoken answers: silent unless a model is named, ready from the start, and let go at the end."""

from __future__ import annotations

import pytest

from agents.errors import ReferenceInvalid
from agents.models.reference import ModelReference
from agents.models.scripted_speaker import ScriptedSpeaker
from agents.models.spoken import Spoken
from bot.checking.contracts import contracts_of
from bot.makings import Makings
from bot.models import Models
from bot.settings import Settings
from tests.agents.models.openai.scripted_host import Script, ScriptedHost
from tests.sounds import voice


def models(tts: str | None = None) -> Models:
    return Models(Settings(_env_file=None, profile="scripted", tts=tts))


async def test_answers_are_silent_unless_a_model_is_named() -> None:
    house = models()
    assert house.speaker is None
    assert "tts" not in house.references
    await house.stop()


@pytest.mark.parametrize("languages", ["", "?languages=zh", "?languages=en"])
async def test_a_model_that_is_named_speaks_from_the_start(languages: str) -> None:
    house = models(f"scripted:speech{languages}")
    assert house.speaker is not None
    told = await house.load_one("tts")
    speech = await house.speaker.speak(*(("Hello", "en") if languages != "?languages=zh" else ("你好", "zh")))
    await house.stop()
    assert (told.role, told.error) == ("tts", None)
    assert speech.seconds > 0


async def test_a_host_that_sends_something_else_is_told_of_at_the_start() -> None:
    async with ScriptedHost(Script({"data": []}), Script(b"no sound", kind="audio/mpeg")) as host:
        house = models(host.reference())
        told = await house.load_one("tts")
        await house.stop()
    assert told.error is not None and "no recording" in told.error


async def test_a_speaking_host_serves_from_settings_alone() -> None:
    async with ScriptedHost(Script(voice("en-sign"), kind="audio/ogg")) as host:
        house = models(f"scripted:speech?fail=crash | {host.reference('?voice=amy')}")
        assert house.speaker is not None
        speech = await house.speaker.speak("**Hello**", "en")
        await house.stop()
    assert speech.data == voice("en-sign")
    assert host.asked[0].json["voice"] == "amy"


@pytest.mark.parametrize(("fail", "kept"), [("none", True), ("noise", False)])
async def test_what_speaks_is_held_to_its_port(fail: str, kept: bool) -> None:
    made = Makings(Settings(_env_file=None)).made("tts", ModelReference.parse(f"scripted:speech?fail={fail}"))
    assert [contract.ok async for contract in contracts_of("tts", made)] == [kept]


async def test_one_that_always_says_the_same_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    async def say(self: ScriptedSpeaker, text: str, language: str) -> bytes:
        return voice("en-sign")

    monkeypatch.setattr(ScriptedSpeaker, "say", say)
    made = Makings(Settings(_env_file=None)).made("tts", ModelReference.parse("scripted:speech"))
    assert isinstance(made, Spoken)
    assert [contract.ok async for contract in contracts_of("tts", made)] == [False]


@pytest.mark.parametrize("reference", ["faster-whisper:base", "openai:nowhere", "openai:http://h/v1/audio/speech#m"])
def test_a_reference_that_cannot_speak_is_refused_by_its_setting(reference: str) -> None:
    with pytest.raises(ReferenceInvalid) as caught:
        models(reference)
    assert caught.value.setting == "PARLEY_TTS"
