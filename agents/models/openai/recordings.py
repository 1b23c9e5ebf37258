"""A recording as it is uploaded: 16 bits, mono, 16 kHz, as WAV, which every server reads, or FLAC when it is long."""

from __future__ import annotations

import wave
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from agents.ports import Sound

__all__ = ["upload"]

_LONG = 600.0  # seconds; OpenAI takes 25 MB, which is 13 minutes of WAV
_FULL = 32_767


def upload(sound: Sound) -> tuple[str, bytes, str]:
    """Name, bytes and media type of the file."""
    samples = (sound.samples.clip(-1, 1) * _FULL).round().astype("<i2")
    if sound.seconds > _LONG:
        return "recording.flac", _flac(samples, sound.rate), "audio/flac"
    return "recording.wav", _wav(samples, sound.rate), "audio/wav"


def _wav(samples: NDArray[np.int16], rate: int) -> bytes:
    written = BytesIO()
    with wave.open(written, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples.tobytes())
    return written.getvalue()


def _flac(samples: NDArray[np.int16], rate: int) -> bytes:
    import av

    written = BytesIO()
    with av.open(written, "w", format="flac") as container:
        stream = container.add_stream("flac", rate=rate, layout="mono", format="s16")
        for start in range(0, len(samples), rate):
            frame = av.AudioFrame.from_ndarray(samples[None, start : start + rate], format="s16", layout="mono")
            frame.sample_rate = rate
            frame.pts = start
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return written.getvalue()
