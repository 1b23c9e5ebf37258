"""Recordings that are unusual and right: each must be heard."""

from __future__ import annotations

import struct
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from tests.data.making.blocks import riff, wav
from tests.data.making.files import Made
from tests.data.making.muxed import SECONDS, contained, film, muxed, tone
from tests.sounds import CONTAINERS

__all__ = ["odd_sounds"]

_EXTENSIBLE = bytes.fromhex("0100000000001000800000aa00389b71")  # the tail of KSDATAFORMAT_SUBTYPE_PCM


def odd_sounds() -> Iterator[Made]:
    for name, data in (*_contained(), *_of_any_shape(), *_of_any_number(), *_wrapped()):
        yield Made(name, data, "voice", fact=SECONDS)
    yield Made("one-sample.wav", wav(b"\0\1"), "voice", fact=0.0)
    yield Made("longer-than-it-says.wav", wav(_words(tone()), stated=8_000), "voice", fact=0.25)
    yield Made("shorter-than-it-says.wav", wav(_words(tone()), stated=64_000), "voice", fact=SECONDS)
    yield Made("three-hours-fewer-than-it-says.wav", wav(_words(tone()), stated=10_800 * 32_000), "voice", fact=SECONDS)
    yield Made("without-length.wav", wav(_words(tone()), stated=0xFFFFFFFF), "voice", fact=SECONDS)


def _words(samples: NDArray[np.float32], channels: int = 1) -> bytes:
    return (samples * 32_767).astype("<i2").repeat(channels).tobytes()


def _contained() -> Iterator[tuple[str, bytes]]:
    """Every container, under the name of another."""
    endings = ("mp3", "ogg", "wav", "txt", "jpg", "exe")
    for (media_type, _), ending in zip(CONTAINERS.items(), endings, strict=True):
        yield f"{media_type.partition('/')[2]}-named.{ending}", contained(media_type)
    yield "adts.aac", muxed("adts", "aac", 44_100)
    yield "vorbis.ogg", muxed("ogg", "vorbis", 44_100, layout="stereo", strict="experimental")
    yield "flac-in-ogg.ogg", muxed("ogg", "flac", 16_000)
    yield "opus-in-mp4.m4a", muxed("mp4", "libopus", 48_000)
    yield "matroska.mka", muxed("matroska", "libopus", 48_000)
    yield "lossless.m4a", muxed("ipod", "alac", 44_100)


def _of_any_shape() -> Iterator[tuple[str, bytes]]:
    for channels in (2, 3, 6, 8):
        yield f"channels-{channels}.wav", wav(_words(tone(), channels), channels=channels)
    placed = struct.pack("<HHI", 22, 16, 0x63F) + b"\1\0" + _EXTENSIBLE[2:]
    yield "channels-8-placed.wav", wav(_words(tone(), 8), channels=8, kind=0xFFFE, extra=placed)
    yield "channels-8.flac", muxed("flac", "flac", 16_000, layout="7.1")
    yield "channels-6.m4a", muxed("ipod", "aac", 44_100, layout="5.1")
    yield "channels-2.opus.ogg", muxed("ogg", "libopus", 48_000, layout="stereo")
    for rate in (4_000, 8_000, 11_025, 96_000, 192_000, 384_000):
        yield f"rate-{rate}.wav", wav(_words(tone(rate=rate)), rate=rate)
    yield "rate-192000.flac", muxed("flac", "flac", 192_000)


def _of_any_number() -> Iterator[tuple[str, bytes]]:
    samples = tone()
    yield "bytes.wav", wav((samples * 100 + 128).astype(np.uint8).tobytes(), bits=8)
    yield "three-bytes.wav", wav(b"".join(b"\0" + pair for pair in _pairs(_words(samples))), bits=24)
    yield "four-bytes.wav", wav((samples * 2**31 * 0.9).astype("<i4").tobytes(), bits=32)
    yield "floats.wav", wav(samples.astype("<f4").tobytes(), kind=3, bits=32)
    yield "doubles.wav", wav(samples.astype("<f8").tobytes(), kind=3, bits=64)
    yield "telephone-a.wav", wav(bytes([0x55, 0xD5, 0x2A]) * 2_666, kind=6, bits=8)
    yield "telephone-mu.wav", wav(bytes([0x7F, 0xFF, 0x2A]) * 2_666, kind=7, bits=8)
    for name, odd in (
        ("nan", np.nan),
        ("infinity", np.inf),
        ("minus-infinity", -np.inf),
        ("denormal", 1e-40),
        ("loud", 3e38),
    ):
        strange = samples.copy()
        strange[::3] = odd
        yield f"floats-{name}.wav", wav(strange.astype("<f4").tobytes(), kind=3, bits=32)
    yield "doubles-nan.wav", wav(np.full(8_000, np.nan).astype("<f8").tobytes(), kind=3, bits=64)


def _pairs(data: bytes) -> Iterator[bytes]:
    for place in range(0, len(data), 2):
        yield data[place : place + 2]


def _wrapped() -> Iterator[tuple[str, bytes]]:
    """Things around the sound that are none of its business."""
    form = struct.pack("<HHIIHH", 1, 1, 16_000, 32_000, 2, 16)
    samples = _words(tone())
    yield (
        "list-chunks.wav",
        riff(b"WAVE", (b"fmt ", form), *[(b"LIST", b"INFOISFT\4\0\0\0evil")] * 300, (b"data", samples)),
    )
    yield "unknown-chunks.wav", riff(b"WAVE", (b"zzzz", b"x" * 999), (b"fmt ", form), (b"data", samples))
    yield "wrong-riff-size.wav", riff(b"WAVE", (b"fmt ", form), (b"data", samples), size=7)
    yield "rubbish-after.wav", riff(b"WAVE", (b"fmt ", form), (b"data", samples)) + b"<script>" * 200
    speech = contained("audio/mpeg")
    bare = speech[_id3_size(speech) :]
    yield "bare.mp3", bare
    picture = b"APIC" + _synchsafe(60_000) + b"\0\0" + b"\0image/jpeg\0\3\0" + b"\xff\xd8\xff" + bytes(59_983)
    yield "large-cover.mp3", _id3(picture) + bare
    yield "compressed-tag.mp3", _id3(b"TIT2" + _synchsafe(14) + b"\0\x09" + b"\x7f\xff\xff\xff" + bytes(10)) + bare
    yield "odd-tags.mp3", _id3(b"TIT2" + _synchsafe(9) + b"\0\0" + b"\3\xff\xfe\0\x1b[2J\xed") + bare
    yield "many-tags.mp3", _id3((b"TXXX" + _synchsafe(6) + b"\0\0" + b"\0a\0b\0c") * 800) + bare
    yield "rubbish-before.mp3", bytes(2_000) + bare + bare[:400]
    yield "film-with-sound.mp4", film(sound=True)


def _synchsafe(number: int) -> bytes:
    return bytes(number >> shift & 0x7F for shift in (21, 14, 7, 0))


def _id3(frames: bytes) -> bytes:
    return b"ID3\4\0\0" + _synchsafe(len(frames)) + frames


def _id3_size(data: bytes) -> int:
    """Bytes of the tag at the start. ID3v2.4, section 3.1."""
    if data[:3] != b"ID3":
        return 0
    return 10 + sum(byte << shift for byte, shift in zip(data[6:10], (21, 14, 7, 0), strict=True))
