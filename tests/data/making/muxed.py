"""The tone and a little film by real encoders, the same bytes at every run."""

from __future__ import annotations

import io
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from tests.sounds import CONTAINERS

__all__ = ["SECONDS", "contained", "film", "muxed", "tone"]

SECONDS = 0.5
_SAME = {"fflags": "+bitexact"}  # no random serial numbers, no names of libraries


def tone(seconds: float = SECONDS, rate: int = 16_000) -> NDArray[np.float32]:
    return (0.4 * np.sin(2 * np.pi * 440 * np.arange(int(seconds * rate)) / rate)).astype(np.float32)


def contained(media_type: str, seconds: float = SECONDS) -> bytes:
    """The tone in one of the containers that people send."""
    return muxed(*CONTAINERS[media_type], seconds=seconds)


def muxed(
    container: str, codec: str, rate: int, *, layout: str = "mono", seconds: float = SECONDS, **options: str
) -> bytes:
    """The tone by an encoder, in a container and channel layout of choice."""
    stream = io.BytesIO()
    with av.open(stream, "w", format=container, options=_SAME) as target:
        track: Any = target.add_stream(codec, rate=rate, options=options)
        track.layout = layout
        _sing(target, track, rate, layout, seconds)
    return stream.getvalue()


def _sing(target: Any, track: Any, rate: int, layout: str, seconds: float = SECONDS) -> None:
    frame: Any = av.AudioFrame.from_ndarray(tone(seconds, rate)[np.newaxis, :], format="fltp", layout="mono")
    frame.sample_rate = rate
    resampler = av.AudioResampler(format=track.codec_context.format.name, layout=layout, rate=rate)
    queue: Any = av.AudioFifo()
    for piece in (*resampler.resample(frame), *resampler.resample(None)):
        piece.pts = None
        queue.write(piece)
    size = track.codec_context.frame_size or 1_024
    while piece := queue.read(size) or queue.read(size, partial=True):
        target.mux(track.encode(piece))
    target.mux(track.encode(None))


def film(*, sound: bool, container: str = "mp4") -> bytes:
    """Half a second of moving picture, with or without the tone."""
    stream = io.BytesIO()
    with av.open(stream, "w", format=container, options=_SAME) as target:
        track: Any = target.add_stream("mpeg4", rate=10)
        track.width, track.height, track.pix_fmt = 32, 32, "yuv420p"
        heard: Any = target.add_stream("aac", rate=44_100, layout="mono") if sound else None
        for shade in range(5):
            target.mux(track.encode(av.VideoFrame.from_ndarray(np.full((32, 32, 3), shade * 40, np.uint8))))
        target.mux(track.encode(None))
        if heard is not None:
            _sing(target, heard, 44_100, "mono")
    return stream.getvalue()
