"""Voice notes as messengers take them, one stream of Opus in OGG: told from other files, and made of samples."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agents.ports import Sound

__all__ = ["encoded", "stated_seconds"]

_RATE = 48_000  # Hz, at which Opus is always played: RFC 7845, section 5.1
_BITS = 32_000  # a second
_PIECE = 10  # seconds that are resampled at once
_PAGE = b"OggS\x00"  # RFC 3533, section 6: the mark of a page and the version
_HEAD = 27  # bytes of a page before its table of segments
_FIRST = 0x02  # the flag of the page that begins a stream
_POSITION, _SERIAL = slice(6, 14), slice(14, 18)  # of a page: samples up to its end, and the number of its stream
_OPUS = 19  # bytes of the header of Opus without a table of channels
_SKIPPED = slice(10, 12)  # of that header: samples at the beginning that are not played
_MOST_CHANNELS = 2


def stated_seconds(data: bytes) -> float | None:
    """How long the voice note says it is; None where it is not one stream of Opus, mono or stereo, in OGG pages alone.

    Its packets are not looked at. By RFC 3533, section 6 (pages), and RFC 7845, sections 4 and 5.1 (Opus in them).
    """
    first, last, place = b"", b"", 0
    while place < len(data):
        head = data[place : place + _HEAD]
        if len(head) < _HEAD or not head.startswith(_PAGE) or bool(head[5] & _FIRST) != (not first):
            return None
        table = data[place + _HEAD : place + _HEAD + head[26]]
        body = place + _HEAD + head[26]
        place = body + sum(table)
        first, last = first or data[body:place], head
        if len(table) < head[26] or head[_SERIAL] != data[_SERIAL]:
            return None
    if place != len(data) or not _is_opus(first):
        return None
    return (int.from_bytes(last[_POSITION], "little") - int.from_bytes(first[_SKIPPED], "little")) / _RATE


def _is_opus(head: bytes) -> bool:
    """Whether this is an Opus header of version 0 to 15 with the mapping of one or two channels."""
    whole = len(head) == _OPUS and head.startswith(b"OpusHead") and head[8] < 16
    return whole and 1 <= head[9] <= _MOST_CHANNELS and head[18] == 0


def encoded(sound: Sound) -> bytes:
    """The sound, of one sample at least, as a voice note: mono, 48 kHz, 32 kbit/s.

    It takes about a hundredth of the sound's length.
    """
    import av

    written = io.BytesIO()
    with av.open(written, "w", format="ogg") as container:
        stream = container.add_stream("libopus", rate=_RATE, layout="mono", options={"application": "voip"})
        stream.bit_rate = _BITS
        resampler = av.AudioResampler(format=stream.format, layout="mono", rate=_RATE)
        step = _PIECE * sound.rate
        for start in range(0, len(sound.samples), step):
            frame = av.AudioFrame.from_ndarray(sound.samples[None, start : start + step], format="flt", layout="mono")
            frame.sample_rate, frame.pts = sound.rate, start
            for piece in resampler.resample(frame):
                container.mux(stream.encode(piece))
        for piece in resampler.resample(None):
            container.mux(stream.encode(piece))
        container.mux(stream.encode(None))
    return written.getvalue()
