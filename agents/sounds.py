"""Sounds from strangers, decoded safely: only sound containers, bounded in time and memory, never a second file."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from agents.errors import MediaUnreadable
from agents.ports import Sound

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["decode"]

RATE = 16_000
# FFmpeg's demuxers that may run. Playlists (hls, concat, ...), which open further files and addresses, stay out.
_CONTAINERS = "ogg,mp3,mov,mp4,m4a,3gp,3g2,mj2,wav,flac,matroska,webm,aac"
_BEGINNINGS = (b"OggS", b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2", b"RIFF", b"fLaC", b"\x1aE\xdf\xa3")
_RATES = range(4_000, 400_001)  # Hz; a frame at 1 Hz would swell 16,000 times when it is resampled
_CHANNELS = 8


def decode(data: bytes, *, max_minutes: float) -> Sound:
    """The first sound track in ``data`` as 16 kHz mono float32; of a damaged recording, what can be decoded.

    Raises MediaUnreadable: ``empty``, ``not-sound``, ``too-long`` (over ``max_minutes``, noticed while decoding, so no
    more than that is ever held) or ``truncated`` (begins like a recording and nothing of it can be decoded).
    """
    if not data:
        raise MediaUnreadable("empty")
    import numpy as np

    pieces: list[NDArray[np.float32]] = []
    left = int(max_minutes * 60 * RATE)
    for piece in _pieces(data):
        left -= len(piece)
        if left < 0:
            raise MediaUnreadable("too-long")
        pieces.append(piece)
    if not pieces:
        raise MediaUnreadable(_broken(data))
    samples = np.nan_to_num(np.concatenate(pieces), nan=0.0, posinf=1.0, neginf=-1.0)
    return Sound(np.clip(samples, -1.0, 1.0).astype(np.float32), RATE)


def _broken(data: bytes) -> str:
    return "truncated" if data.startswith(_BEGINNINGS) or data[4:8] == b"ftyp" else "not-sound"


def _pieces(data: bytes) -> Iterator[NDArray[np.float32]]:
    """Resampled pieces, shape (n,). PyAV's errors end here: before the first piece nothing comes out."""
    import av

    try:
        # metadata_errors: a tag that is not UTF-8 is no reason to refuse a recording
        with av.open(
            io.BytesIO(data),
            options={"format_whitelist": _CONTAINERS, "protocol_whitelist": ""},
            metadata_errors="replace",
        ) as container:
            track = next(iter(container.streams.audio), None)
            if track is None:
                raise MediaUnreadable("not-sound")
            yield from _resampled(_frames(container, track))
    except (av.FFmpegError, av.codec.codec.UnknownCodecError, ValueError):
        return


def _frames(container: Any, track: Any) -> Iterator[Any]:
    """Decoded frames; damaged packets are passed over."""
    import av

    for packet in container.demux(track):
        try:
            frames = packet.decode()
        except av.error.InvalidDataError:
            continue
        for frame in frames:
            if frame.sample_rate not in _RATES or frame.layout.nb_channels > _CHANNELS:
                raise MediaUnreadable("not-sound")
            yield frame


def _resampled(frames: Iterator[Any]) -> Iterator[NDArray[np.float32]]:
    import av

    resampler: Any = None
    shape = None
    for frame in frames:
        frame.pts = None  # time stamps of damaged files jump; the samples follow one another all the same
        if shape != (shape := (frame.format.name, frame.layout.name, frame.sample_rate)):
            resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
        for piece in resampler.resample(frame):
            yield piece.to_ndarray()[0]
    if resampler is not None:
        for piece in resampler.resample(None):
            yield piece.to_ndarray()[0]
