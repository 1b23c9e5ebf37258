"""Voice notes: which files are one, and what we make ourselves, judged by FFmpeg."""

from __future__ import annotations

import io
from pathlib import Path

import av
import numpy as np
import pytest

from agents.ports import Sound
from agents.sounds import decode
from agents.voice_notes import encoded, stated_seconds
from tests.sounds import CONTAINERS, Spoken, silence, voice, voices

HOSTILE = sorted((Path(__file__).parents[1] / "data" / "hostile" / "voice").glob("*.ogg"))
STATES_THREE_HOURS = "three-hours-stated.ogg"
STEREO = "channels-2.opus.ogg"


def tone(seconds: float) -> Sound:
    return Sound((np.sin(np.arange(int(16_000 * seconds)) / 12) / 2).astype(np.float32))


@pytest.mark.parametrize("seconds", [0.01, 1.0, 9.99, 25.3])
def test_what_is_made_is_one_stream_of_opus_of_the_same_length(seconds: float) -> None:
    note = encoded(tone(seconds))
    with av.open(io.BytesIO(note)) as container:
        assert len(container.streams) == 1
        stream = container.streams.audio[0]
        assert (stream.codec_context.name, stream.rate, stream.layout.name) == ("opus", 48_000, "mono")
        assert stream.duration is not None and stream.time_base is not None
        assert float(stream.duration * stream.time_base) == pytest.approx(seconds, abs=0.03)
    assert stated_seconds(note) == pytest.approx(seconds, abs=0.03)
    assert len(note) < 8_000 * seconds + 1_000


def test_what_is_made_sounds_the_same() -> None:
    sound = decode(voice("en-sign"), max_minutes=1)
    heard = decode(encoded(sound), max_minutes=1)
    assert len(heard.samples) == len(sound.samples)
    assert np.corrcoef(heard.samples, sound.samples)[0, 1] > 0.8  # and at no later moment: below 0.3 a millisecond off


@pytest.mark.parametrize("spoken", voices(), ids=lambda spoken: spoken.name)
def test_real_voice_notes_are_known_with_their_length(spoken: Spoken) -> None:
    assert stated_seconds(spoken.data) == pytest.approx(decode(spoken.data, max_minutes=1).seconds, abs=0.05)


@pytest.mark.parametrize("media_type", [kind for kind in CONTAINERS if kind != "audio/ogg"])
def test_other_recordings_are_none(media_type: str) -> None:
    assert stated_seconds(silence(0.5, media_type)) is None


@pytest.mark.parametrize("path", HOSTILE, ids=lambda path: path.name)
def test_damaged_files_and_what_only_bears_the_name_are_none(path: Path) -> None:
    told = stated_seconds(path.read_bytes())
    if path.name in {STATES_THREE_HOURS, STEREO}:  # pages and header are sound: their length is for others to compare
        assert told is not None and (told > 3 * 3599) == (path.name == STATES_THREE_HOURS)
    else:
        assert told is None


def test_nothing_goes_before_between_or_after_the_pages() -> None:
    note = encoded(tone(0.2))
    for wrong in (b"", b"x" + note, note + b"x", note[:-1], note[:20], note + note, note[:47] + note):
        assert stated_seconds(wrong) is None
