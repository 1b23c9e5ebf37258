"""Sounds from strangers, decoded safely: only sound containers, bounded in time and memory, never a second file."""

from __future__ import annotations

import io
import math
import wave
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from agents.errors import MediaUnreadable
from agents.ports import Sound

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["CODECS", "beginning", "broken", "decode", "prepare"]

RATE = 16_000
# FFmpeg's demuxers that may run. Playlists (hls, concat, ...), which open further files and addresses, stay out.
_CONTAINERS = "ogg,mp3,mov,mp4,m4a,3gp,3g2,mj2,wav,flac,matroska,webm,aac"
# FFmpeg's decoders that may run, also while it looks what is in a file: it has hundreds, for games and studios of old.
CODECS = frozenset(
    """opus libopus vorbis mp3 mp3float mp2 mp2float aac alac flac amrnb libopencore_amrnb amrwb libopencore_amrwb speex
    ac3 eac3 gsm_ms adpcm_ms adpcm_ima_wav adpcm_ima_qt pcm_alaw pcm_mulaw pcm_u8 pcm_s8 pcm_s16le pcm_s16be pcm_s24le
    pcm_s24be pcm_s32le pcm_s32be pcm_s64le pcm_s64be pcm_f32le pcm_f32be pcm_f64le pcm_f64be""".split()
)
_BEGINNINGS = (b"OggS", b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2", b"fLaC", b"\x1aE\xdf\xa3")
_RATES = range(4_000, 400_001)  # Hz; a frame at 1 Hz would swell 16,000 times when it is resampled
_CHANNELS = 8
_INEXACT = 2.0  # seconds a container may overstate a recording by


def prepare() -> None:
    """Load everything that decoding may need, for a process that cannot open files afterwards."""
    import av

    av.logging.set_level(None)
    stream = io.BytesIO()
    with wave.open(stream, "wb") as recording:
        recording.setparams((2, 2, 8_000, 0, "NONE", ""))
        recording.writeframes(bytes(4_000))
    decode(stream.getvalue(), max_minutes=1)  # PyAV imports what it needs as it goes


def decode(data: bytes, *, max_minutes: float) -> Sound:
    """The first sound track in ``data`` as 16 kHz mono float32; of a damaged recording, what can be decoded.

    Raises MediaUnreadable: ``empty``, ``not-sound``, ``no-sound`` (a video without a sound track), ``too-long`` (over
    ``max_minutes`` as it states, or as it turns out while decoding, so no more than that is ever held), ``truncated``
    (begins like a recording and nothing of it can be decoded) or ``too-costly`` (more than the memory there is).
    """
    if not data:
        raise MediaUnreadable("empty")
    try:
        return _decoded(data, 60 * max_minutes)
    except MemoryError as exc:
        raise MediaUnreadable("too-costly") from exc


def beginning(data: bytes, seconds: float, silence: float = 0.0) -> Sound | None:
    """At most so many seconds of the first sound track, from its start; None where there is none to be decoded.

    So many seconds of ``silence``, which count, come first: the track begins that much later than the pictures.
    """
    import numpy as np

    if silence >= seconds:
        return None
    pieces = [np.zeros(int(silence * RATE), np.float32)]
    left = int(seconds * RATE) - len(pieces[0])
    try:
        for piece in _pieces(data, math.inf):
            pieces.append(piece[:left])
            left -= len(pieces[-1])
            if not left:
                break
    except MediaUnreadable:
        return None
    return _joined(pieces) if len(pieces) > 1 else None


def _decoded(data: bytes, most: float) -> Sound:
    pieces: list[NDArray[np.float32]] = []
    left = int(most * RATE)
    for piece in _pieces(data, most):
        left -= len(piece)
        if left < 0:
            raise MediaUnreadable("too-long")
        pieces.append(piece)
    if not pieces:
        raise MediaUnreadable(broken(data, "not-sound"))
    return _joined(pieces)


def _joined(pieces: list[NDArray[np.float32]]) -> Sound:
    import numpy as np

    return Sound(np.concatenate(pieces).astype(np.float32, copy=False), RATE)


def broken(data: bytes, other: str) -> str:
    """Why nothing could be decoded: it begins like a recording or video, or it is something ``other``."""
    wave = data[:4] == b"RIFF" and b"WAVE".startswith(data[8:12])
    return "truncated" if data.startswith(_BEGINNINGS) or wave or data[4:8] == b"ftyp" else other


def _pieces(data: bytes, most: float) -> Iterator[NDArray[np.float32]]:
    """Resampled pieces, shape (n,). PyAV's errors end here: before the first piece nothing comes out."""
    import av
    import numpy as np

    options = {
        "format_whitelist": _CONTAINERS,
        "codec_whitelist": ",".join(sorted(CODECS)),
        "protocol_whitelist": "",
    }
    try:
        # metadata_errors: a tag that is not UTF-8 is no reason to refuse a recording
        with av.open(io.BytesIO(data), options=options, metadata_errors="replace") as container:
            if track := _track(container, most):
                for piece in _resampled(_frames(container, track)):
                    np.nan_to_num(piece, copy=False, nan=0.0, posinf=1.0, neginf=-1.0)
                    yield piece.clip(-1.0, 1.0)
    except (av.FFmpegError, av.codec.codec.UnknownCodecError, ValueError):
        return


def _track(container: Any, most: float) -> Any:
    """The sound track to decode, which states no more than ``most`` seconds; None where there is no track at all."""
    track = next(iter(container.streams.audio), None)
    if track is None:
        if container.streams.video:
            raise MediaUnreadable("no-sound")
        return None
    if track.codec_context is None or track.codec_context.name not in CODECS:
        raise MediaUnreadable("not-sound")
    stated = track.duration * track.time_base if track.duration is not None else 0
    if stated > most + _INEXACT:
        raise MediaUnreadable("too-long")
    return track


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
