"""Recordings for tests: the committed voices, and silence, noise and other containers made when asked for."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

__all__ = ["CONTAINERS", "Spoken", "encode", "noise", "silence", "spoken", "voice", "voices"]

_DATA = Path(__file__).parent / "data"
# media type: FFmpeg's container, codec and sample rate in Hz
CONTAINERS: dict[str, tuple[str, str, int]] = {
    "audio/ogg": ("ogg", "libopus", 48_000),
    "audio/mpeg": ("mp3", "libmp3lame", 44_100),
    "audio/mp4": ("ipod", "aac", 44_100),
    "audio/wav": ("wav", "pcm_s16le", 22_050),
    "audio/flac": ("flac", "flac", 48_000),
    "audio/webm": ("webm", "libopus", 48_000),
}


@dataclass(frozen=True, slots=True)
class Spoken:
    """A committed voice: OGG/Opus bytes, what is said, and its BCP 47 language."""

    name: str
    data: bytes
    text: str
    language: str


def voices() -> list[Spoken]:
    """Every committed voice."""
    told = json.loads((_DATA / "voices.json").read_text("utf-8"))["voices"]
    return [
        Spoken(Path(one["file"]).stem, (_DATA / "voices" / one["file"]).read_bytes(), one["text"], one["language"])
        for one in told
    ]


def spoken(name: str) -> Spoken:
    """One committed voice: ``en-sign``, ``en-introduction``, ``en-noodles``, ``it-table``, ..."""
    return next(one for one in voices() if one.name == name)


def voice(name: str) -> bytes:
    """The OGG/Opus bytes of one committed voice."""
    return spoken(name).data


def silence(seconds: float = 3.0, media_type: str = "audio/ogg") -> bytes:
    """A recording in which there is nothing at all."""
    return encode(np.zeros(int(seconds * 16_000), np.float32), media_type)


def noise(seconds: float = 3.0, media_type: str = "audio/ogg", *, loudness: float = 0.1) -> bytes:
    """A recording of white noise, the same every time; ``loudness`` is its root mean square."""
    return encode(np.random.default_rng(7).normal(0, loudness, int(seconds * 16_000)).astype(np.float32), media_type)


def encode(samples: NDArray[np.float32], media_type: str = "audio/ogg") -> bytes:
    """16 kHz mono float32 as the bytes of an audio file."""
    container, codec, rate = CONTAINERS[media_type]
    stream = io.BytesIO()
    with av.open(stream, "w", format=container) as target:
        track: Any = target.add_stream(codec, rate=rate)
        track.layout = "mono"
        frame: Any = av.AudioFrame.from_ndarray(samples[np.newaxis, :], format="fltp", layout="mono")
        frame.sample_rate, frame.time_base, frame.pts = 16_000, Fraction(1, 16_000), 0
        resampler = av.AudioResampler(format=track.codec_context.format.name, layout="mono", rate=rate)
        queue: Any = av.AudioFifo()
        for piece in (*resampler.resample(frame), *resampler.resample(None)):
            queue.write(piece)
        size = track.codec_context.frame_size or 1024
        while piece := queue.read(size) or queue.read(size, partial=True):
            target.mux(track.encode(piece))
        target.mux(track.encode(None))
    return stream.getvalue()
