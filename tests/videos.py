"""Videos for tests, made when asked for: scenes of plain drawing, with or without a voice."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

import av
import numpy as np
from PIL import Image

__all__ = ["clip", "scene"]

_RATE = 10  # frames a second
_CODECS = {"mp4": ("libx264", "aac"), "webm": ("libvpx-vp9", "libopus"), "mov": ("mpeg4", "aac")}


def scene(seed: int, size: tuple[int, int] = (160, 120)) -> Image.Image:
    """A picture unlike those of other seeds: coarse coloured squares."""
    squares = np.random.default_rng(seed).integers(0, 255, (6, 8, 3), np.uint8)
    return Image.fromarray(squares).resize(size, Image.Resampling.NEAREST)


def clip(
    scenes: Sequence[Image.Image],
    seconds: float = 2.0,
    *,
    container: str = "mp4",
    said: bytes | None = None,
    turned: int = 0,
    keys: int = 12,
    began: float = 0.0,
    spoken: float = 0.0,
) -> bytes:
    """The scenes one after another, so many ``seconds`` each; ``said``: the bytes of a recording that is its sound.

    ``turned``: degrees that players are told to turn it by. ``keys``: frames from one key frame to the next, at most.
    ``began`` and ``spoken``: seconds on its clock at the first picture and the first sound.
    """
    stream = io.BytesIO()
    with av.open(stream, "w", format=container) as target:
        track: Any = target.add_stream(_CODECS[container][0], rate=_RATE)
        track.width, track.height, track.pix_fmt = (*scenes[0].size, "yuv420p")
        track.codec_context.gop_size = keys
        if turned:
            track.set_display_rotation(turned)
        sound: Any = target.add_stream(_CODECS[container][1], rate=48_000) if said else None
        if sound:
            sound.layout = "mono"
        shown = [each for each in scenes for _ in range(round(seconds * _RATE))]
        for number, picture in enumerate(shown):
            frame: Any = av.VideoFrame.from_image(picture)
            frame.pts, frame.time_base = number + round(began * _RATE), Fraction(1, _RATE)
            target.mux(track.encode(frame))
        target.mux(track.encode(None))
        if said:
            _speak(target, sound, said, round(spoken * 48_000))
    return stream.getvalue()


def _speak(target: Any, track: Any, said: bytes, at: int) -> None:
    """From sample ``at`` on."""
    for piece in _pieces(said, track.codec_context):
        piece.pts = at
        at += piece.samples
        target.mux(track.encode(piece))
    target.mux(track.encode(None))


def _pieces(said: bytes, encoder: Any) -> Iterator[Any]:
    resampler = av.AudioResampler(encoder.format.name, "mono", 48_000, encoder.frame_size)
    with av.open(io.BytesIO(said)) as source:
        for frame in source.decode(audio=0):
            frame.pts = None
            yield from resampler.resample(frame)
    yield from resampler.resample(None)
