"""What a model that takes pictures or sound is given: pixels and samples anew, bounded, never the sender's bytes."""

from __future__ import annotations

import asyncio
import base64
import io
import wave

import numpy as np
import pytest
from PIL import Image, PngImagePlugin

from agents.enclosing import PICTURE_TOKENS, SOUND_TOKENS, to_enclose
from agents.enclosures import enclose
from agents.pictures import decode
from agents.ports import LanguageModelCard, Sound
from agents.values import Photo, Text, Turn, Voice

PHOTO, VOICE = Photo(b"p"), Voice(b"v")


def card(budget: int, *, images: bool = True, audio: bool = True) -> LanguageModelCard:
    return LanguageModelCard("scripted:echo", 2 * budget, budget, 256, images=images, audio=audio)


def opened(block: dict) -> Image.Image:
    kind, _, data = block["image_url"]["url"].partition(";base64,")
    assert kind == "data:image/jpeg"
    return Image.open(io.BytesIO(base64.b64decode(data, validate=True)))


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((4000, 3000), (1024, 768)),
        ((300, 2048), (150, 1024)),
        ((1024, 1024), (1024, 1024)),
        ((64, 48), (64, 48)),
        ((3000, 1), (1024, 1)),
        ((1, 1), (1, 1)),
    ],
)
async def test_a_photo_is_scaled_down_never_up(size: tuple[int, int], expected: tuple[int, int]) -> None:
    enclosure = await enclose(3, Image.new("RGB", size, "navy"), 1024)
    assert opened(enclosure.block).size == expected
    assert (enclosure.part, enclosure.is_photo, enclosure.tokens) == (3, True, PICTURE_TOKENS[1024])


async def test_nothing_but_pixels_of_a_photo_goes_on() -> None:
    file, told = io.BytesIO(), PngImagePlugin.PngInfo()
    told.add_text("comment", "SECRET-PLACE")
    exif = Image.Exif()
    exif[0x010E] = "SECRET-PLACE"
    Image.new("RGB", (20, 10), "red").save(file, "PNG", pnginfo=told, exif=exif, icc_profile=b"SECRET-PLACE")
    picture = decode(file.getvalue(), max_megapixels=1)
    picture.info["comment"] = b"SECRET-PLACE"
    block = (await enclose(0, picture, 768)).block
    image = opened(block)
    assert b"SECRET" not in base64.b64decode(block["image_url"]["url"].partition(";base64,")[2])
    assert not image.getexif()
    red, green, blue = image.getpixel((5, 5))  # type: ignore[misc]
    assert red > 240
    assert max(green, blue) < 15
    assert picture.info["comment"] == b"SECRET-PLACE"  # the senses' picture stays as it is


async def test_a_recording_goes_on_as_wav() -> None:
    samples = np.array([0.0, 0.5, -0.5, 2.0, -2.0] * 3200, np.float32)
    enclosure = await enclose(1, Sound(samples), 768)
    given = enclosure.block["input_audio"]
    with wave.open(io.BytesIO(base64.b64decode(given["data"], validate=True))) as recording:
        assert (recording.getframerate(), recording.getnchannels(), recording.getsampwidth()) == (16_000, 1, 2)
        heard = np.frombuffer(recording.readframes(5), "<i2")
    assert heard.tolist() == [0, 16_383, -16_383, 32_767, -32_767]
    assert given["format"] == "wav"
    assert enclosure.tokens == SOUND_TOKENS + 1


async def test_encoding_leaves_the_event_loop_free() -> None:
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            ticks += 1
            await asyncio.sleep(0)

    ticking = asyncio.create_task(tick())
    await enclose(0, Image.new("RGB", (2000, 2000)), 768)
    ticking.cancel()
    assert ticks > 2


@pytest.mark.parametrize(
    ("budget", "photos", "parts", "side"),
    [
        (20_000, 6, 4, 1024),
        (20_000, 2, 2, 1024),
        (8_000, 2, 2, 1024),
        (8_000, 3, 3, 768),
        (4_500, 1, 1, 1024),
        (4_500, 4, 2, 768),
        (2_000, 1, 1, 768),
        (1_600, 3, 0, 768),
    ],
)
def test_as_many_photos_as_half_of_the_prompt_holds_smaller_when_there_are_more(
    budget: int, photos: int, parts: int, side: int
) -> None:
    chosen = to_enclose(Turn((PHOTO,) * photos), card(budget))
    assert chosen.parts == tuple(range(parts))
    assert chosen.side == side
    assert len(chosen.decisions) == photos
    assert all(decision.reason for decision in chosen.decisions)


def test_a_model_that_takes_neither_is_given_nothing() -> None:
    turn = Turn((PHOTO, VOICE, Text("hi")))
    neither = to_enclose(turn, card(20_000, images=False, audio=False))
    assert (neither.parts, neither.decisions) == ((), ())
    assert to_enclose(turn, card(20_000, audio=False)).parts == (0,)
    assert to_enclose(turn, card(20_000, images=False)).parts == (1,)


def test_sound_is_bounded_by_what_photos_leave() -> None:
    assert to_enclose(Turn((VOICE,)), card(20_000)).seconds == 60
    assert to_enclose(Turn((VOICE,)), card(1_200)).seconds == 20
    crowded = to_enclose(Turn((VOICE, *[PHOTO] * 4)), card(12_000))
    assert crowded.parts == (1, 2, 3, 4)
    assert crowded.seconds == 0
    assert to_enclose(Turn((VOICE, VOICE)), card(12_000)).parts == (0,)
