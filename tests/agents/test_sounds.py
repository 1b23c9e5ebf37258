"""Recordings of every container we promise are decoded, and nothing a stranger sends costs more than its limit."""

from __future__ import annotations

import struct

import numpy as np
import pytest

from agents import sounds
from agents.errors import MediaUnreadable
from agents.ports import Sound
from tests.sounds import CONTAINERS, encode, silence, voice


def decode(data: bytes, max_minutes: float = 5.0) -> Sound:
    return sounds.decode(data, max_minutes=max_minutes)


def reason(data: bytes, max_minutes: float = 5.0) -> str:
    with pytest.raises(MediaUnreadable) as refusal:
        decode(data, max_minutes)
    return refusal.value.reason


def wav(body: bytes, *, rate: int = 16_000, kind: int = 1, bits: int = 16, channels: int = 1) -> bytes:
    width = bits // 8 * channels
    head = struct.pack("<4sIHHIIHH", b"fmt ", 16, kind, channels, rate, rate * width, width, bits)
    data = b"WAVE" + head + struct.pack("<4sI", b"data", len(body)) + body
    return b"RIFF" + struct.pack("<I", len(data)) + data


@pytest.mark.parametrize("media_type", CONTAINERS)
def test_every_promised_container_is_decoded_to_the_same_sound(media_type):
    tone = (0.4 * np.sin(2 * np.pi * 440 * np.arange(32_000) / 16_000)).astype(np.float32)
    sound = decode(encode(tone, media_type))
    assert sound.rate == 16_000
    assert sound.samples.dtype == np.float32 and sound.samples.ndim == 1
    assert sound.seconds == pytest.approx(2.0, abs=0.1)
    loudest = np.argmax(np.abs(np.fft.rfft(sound.samples))) * 16_000 / len(sound.samples)
    assert loudest == pytest.approx(440, abs=2)


def test_stereo_becomes_mono():
    left_only = np.stack([np.full(16_000, 8_000), np.zeros(16_000)], axis=1).astype("<i2").tobytes()
    sound = decode(wav(left_only, channels=2))
    assert sound.samples.shape == (16_000,)
    assert 0.05 < np.median(sound.samples) < 0.25


def test_an_empty_recording_is_called_empty():
    assert reason(b"") == "empty"


@pytest.mark.parametrize("data", [b"hello, this is a letter " * 50, b"\x89PNG\r\n\x1a\n" + bytes(500), bytes(2_000)])
def test_what_is_no_sound_is_told_so(data):
    assert reason(data) == "not-sound"


def test_a_recording_that_breaks_off_is_used_as_far_as_it_goes():
    whole = voice("en-train")
    sound = decode(whole[: len(whole) // 2])
    assert 0.5 < sound.seconds < decode(whole).seconds * 0.8


def test_a_recording_that_breaks_off_before_any_sound_is_called_truncated():
    assert reason(voice("en-train")[:40]) == "truncated"


def test_a_damaged_stretch_does_not_lose_the_rest():
    data = bytearray(voice("en-train"))
    data[4_000:4_400] = bytes(400)
    assert decode(bytes(data)).seconds > 1.0


def test_a_recording_over_the_limit_is_refused():
    assert reason(silence(3.0), max_minutes=0.04) == "too-long"
    assert decode(silence(2.0), max_minutes=0.04).seconds == pytest.approx(2.0, abs=0.1)


def test_a_small_file_that_unpacks_to_hours_is_stopped_at_the_limit():
    hour = bytes(2 * 4_000 * 3_600)  # an hour of silence at 4 kHz
    assert reason(wav(hour, rate=4_000), max_minutes=1) == "too-long"


@pytest.mark.parametrize("rate", [1, 1_000_000])
def test_a_sample_rate_that_would_swell_memory_is_refused(rate):
    assert reason(wav(bytes(200), rate=rate)) == "not-sound"


def test_samples_that_are_no_numbers_become_silence():
    body = np.array([0.5, np.nan, np.inf, -np.inf, 9.0] * 4_000, "<f4").tobytes()
    samples = decode(wav(body, kind=3, bits=32)).samples
    assert np.isfinite(samples).all()
    assert np.abs(samples).max() <= 1.0


def test_a_playlist_is_not_followed_to_other_files(tmp_path):
    secret = tmp_path / "secret.wav"
    secret.write_bytes(wav(bytes(32_000)))
    playlist = f"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{secret}\n#EXT-X-ENDLIST\n"
    assert reason(playlist.encode()) == "not-sound"
    assert reason(f"ffconcat version 1.0\nfile {secret}\n".encode()) == "not-sound"


def test_a_tag_in_another_encoding_does_not_refuse_the_recording():
    data = bytearray(encode(np.zeros(16_000, np.float32), "audio/flac"))
    vendor = data.find(b"Lavf")
    data[vendor : vendor + 4] = b"\xff\xfe\xff\xfe"
    assert decode(bytes(data)).seconds == pytest.approx(1.0, abs=0.1)


@pytest.mark.parametrize("media_type", CONTAINERS)
def test_random_damage_never_ends_in_anything_but_sound_or_a_refusal(media_type):
    chance = np.random.default_rng(1)
    whole = encode(np.sin(np.arange(8_000) / 9).astype(np.float32), media_type)
    for _ in range(40):
        data = bytearray(whole[: chance.integers(1, len(whole) + 1)])
        for place in chance.integers(0, len(data), size=8):
            data[place] = chance.integers(0, 256)
        try:
            assert np.isfinite(decode(bytes(data)).samples).all()
        except MediaUnreadable as refusal:
            assert refusal.reason in {"truncated", "not-sound", "too-long"}
