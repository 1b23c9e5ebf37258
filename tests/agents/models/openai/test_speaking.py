"""What a host speaks becomes a voice note, whatever form it sends, and nothing else passes for one."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import av
import openai
import pytest

from agents.decoding.inside import InsideDecoder
from agents.decoding.pool import DecodingPool
from agents.errors import ModelCrashed, ModelRefused, ReferenceInvalid
from agents.limits import Limits
from agents.models.openai.speech import OpenAISpeaker
from agents.models.reference import ModelReference
from agents.models.spoken import Spoken
from agents.ports import Speech
from tests.agents.models.openai.makings import making
from tests.agents.models.openai.scripted_host import Script, ScriptedHost, complaint
from tests.agents.models.openai.specification import speech_request
from tests.sounds import CONTAINERS, noise, silence, voice

HOSTILE = Path(__file__).parents[3] / "data" / "hostile" / "voice"
HOSTILE_FILES = {path.name: path.read_bytes() for path in sorted(HOSTILE.glob("*.ogg"))}
NOTE = voice("en-sign")
LONG = silence(61.0, "audio/wav")


async def spoken(script: Script, text: str = "What does the sign say?", language: str = "en", options: str = "") -> Any:
    """What is asked of the host, and the speech."""
    async with ScriptedHost(script) as host:
        voice = OpenAISpeaker.made(making(host.reference(options), answer_deadline=10))
        speaker = Spoken(voice, InsideDecoder(Limits(max_minutes=1)))
        try:
            return host.asked, await speaker.speak(text, language)
        finally:
            await speaker.stop()


def is_voice_note(speech: Speech) -> bool:
    """As messengers want them, by FFmpeg: one stream of Opus at 48 kHz that lasts as long as is said."""
    with av.open(io.BytesIO(speech.data)) as container:
        stream = container.streams.audio[0]
        assert stream.duration is not None and stream.time_base is not None
        lasts = float(stream.duration * stream.time_base)
        kind = (container.format.name, len(container.streams), stream.codec_context.name, stream.rate)
    return kind == ("ogg", 1, "opus", 48_000) and abs(lasts - speech.seconds) < 0.1 and lasts > 0


async def test_a_voice_note_goes_on_as_it_comes() -> None:
    _, speech = await spoken(Script(NOTE, kind="audio/ogg"))
    assert speech.data == NOTE
    assert is_voice_note(speech)


@pytest.mark.parametrize("media_type", [kind for kind in CONTAINERS if kind != "audio/ogg"])
async def test_any_other_form_becomes_a_voice_note(media_type: str) -> None:
    _, speech = await spoken(Script(noise(2.0, media_type), kind=media_type))
    assert is_voice_note(speech)
    assert speech.seconds == pytest.approx(2, abs=0.1)


@pytest.mark.parametrize("kind", ["audio/opus", "audio/ogg; codecs=opus", "application/octet-stream", "AUDIO/MPEG"])
async def test_what_it_is_tells_by_its_bytes_and_not_by_its_name(kind: str) -> None:
    _, speech = await spoken(Script(NOTE, kind=kind))
    assert speech.data == NOTE


async def test_a_voice_note_that_misstates_its_length_is_made_again() -> None:
    last = NOTE.rindex(b"OggS")
    data = NOTE[: last + 6] + (40 * 48_000).to_bytes(8, "little") + NOTE[last + 14 :]
    _, speech = await spoken(Script(data, kind="audio/ogg"))
    assert speech.data != data
    assert is_voice_note(speech) and speech.seconds < 5


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"OggS",
        b"RIFF\x10\x00\x00\x00WAVE",
        b"\x00" * 100_000,
        NOTE[:60],
        LONG,
        silence(0.01),
    ],
    ids=["nothing", "a mark", "a head", "raw samples", "a beginning", "too long", "too short"],
)
async def test_what_is_no_speech_is_a_crash(body: bytes) -> None:
    with pytest.raises(ModelCrashed):
        await spoken(Script(body, kind="audio/ogg"))


@pytest.mark.parametrize("name", list(HOSTILE_FILES)[::4])
async def test_damaged_files_end_in_a_voice_note_or_in_a_known_error(name: str) -> None:
    try:
        _, speech = await spoken(Script(HOSTILE_FILES[name], kind="audio/ogg"))
    except ModelCrashed:
        return
    assert is_voice_note(speech)


async def test_what_a_host_sends_is_decoded_in_a_child() -> None:
    decoder = DecodingPool(Limits(max_minutes=1), workers=1)
    async with ScriptedHost(Script(silence(1.0, "audio/wav"), kind="audio/wav")) as host:
        speaker = Spoken(OpenAISpeaker.made(making(host.reference())), decoder)
        speech = await speaker.speak("Hello", "en")
        assert len(decoder.pids) == 1
        await speaker.stop()
        await decoder.stop()
    assert is_voice_note(speech)


@pytest.mark.parametrize(
    ("options", "language", "voice", "speed"),
    [
        ("", "en", "alloy", None),
        ("?voice=af_sky&speed=1.25", "zh", "af_sky", 1.25),
        ("?voice=af_sky&voice_zh=zf_xiaobei&speed=1", "zh", "zf_xiaobei", None),
        ("?voice_zh=zf_xiaobei", "en", "alloy", None),
    ],
)
async def test_it_is_asked_for_as_the_specification_says(
    options: str, language: str, voice: str, speed: float | None
) -> None:
    asked, _ = await spoken(Script(NOTE, kind="audio/ogg"), "Hello", language, options)
    speech_request().validate(asked[0].json)
    assert asked[0].path == "/v1/audio/speech"
    assert (asked[0].json["voice"], asked[0].json.get("speed")) == (voice, speed)


async def test_openais_own_client_asks_as_we_do() -> None:
    async with ScriptedHost(Script(NOTE, kind="audio/ogg")) as host:
        speaker = OpenAISpeaker.made(making(host.reference()))
        await speaker.say("Hello", "en")
        await speaker.stop()
        address = f"http://127.0.0.1:{host.port}/v1"
        async with openai.AsyncOpenAI(api_key="x", base_url=address, max_retries=0) as theirs:
            await theirs.audio.speech.create(input="Hello", model="stub", voice="alloy", response_format="opus")
    assert host.asked[0].json == host.asked[1].json
    assert host.asked[0].path == host.asked[1].path


async def test_words_alone_are_sent_and_no_more_than_the_specification_takes() -> None:
    text = "# Hello\n\n```\ncode\n```\n\n" + "**One** sentence. " * 2_000
    asked, _ = await spoken(Script(NOTE, kind="audio/ogg"), text)
    speech_request().validate(asked[0].json)
    assert asked[0].json["input"].startswith("Hello. One sentence. One")
    assert asked[0].json["input"].endswith("sentence.")


@pytest.mark.parametrize(
    ("text", "language", "options"), [("```\ncode\n```", "en", ""), ("", "zh", ""), ("Hello", "en", "?languages=zh")]
)
async def test_what_cannot_be_spoken_is_not_sent(text: str, language: str, options: str) -> None:
    async with ScriptedHost(complaint(500)) as host:
        speaker = Spoken(OpenAISpeaker.made(making(host.reference(options))), InsideDecoder(Limits()))
        with pytest.raises(ModelRefused):
            await speaker.speak(text, language)
        assert host.asked == []


@pytest.mark.parametrize(
    ("options", "meant"), [("?voise=a", "voice"), ("?speed=9", "speed is a number"), ("?side=3", "openai knows")]
)
def test_a_wrong_option_is_refused_with_what_was_meant(options: str, meant: str) -> None:
    with pytest.raises(ReferenceInvalid) as caught:
        OpenAISpeaker.declare(ModelReference.parse(f"openai:http://h/v1#m{options}"))
    assert meant in caught.value.remedy
