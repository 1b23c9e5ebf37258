"""Videos: a frame a scene, upright and small; the sound beside; what is damaged or no video refused in plain terms."""

from __future__ import annotations

import io

import av
import numpy as np
import pytest
from PIL import Image

from agents import videos
from agents.decoded import Footage
from agents.errors import MediaUnreadable
from agents.scenes import SHADE, Scenes
from agents.values import Span
from tests.pictures import sign
from tests.sounds import voice
from tests.videos import clip, scene

THREE = [scene(seed) for seed in (1, 2, 3)]


def decoded(data: bytes, *, frames: int = 6, minutes: float = 3.0) -> Footage:
    return videos.decode(data, frames=frames, minutes=minutes, patience=20)


def refused(data: bytes) -> str:
    with pytest.raises(MediaUnreadable) as refusal:
        decoded(data)
    return refusal.value.reason


def alike(one: Image.Image, other: Image.Image) -> bool:
    here, there = (np.asarray(each.resize((8, 6)), np.float32) for each in (one, other))
    return float(abs(here - there).mean()) < 16


def spans(footage: Footage) -> list[tuple[float, float]]:
    return [(round(frame.span.start, 1), round(frame.span.end, 1)) for frame in footage.frames]


@pytest.mark.parametrize("container", ["mp4", "webm", "mov"])
def test_every_scene_gives_its_frame_and_when_it_is_seen(container: str) -> None:
    footage = decoded(clip(THREE, container=container))
    assert [alike(frame.picture, each) for frame, each in zip(footage.frames, THREE, strict=True)] == [True] * 3
    assert [start for start, _ in spans(footage)] == pytest.approx([0.0, 2.0, 4.0], abs=0.3)
    assert footage.frames[-1].span.end == pytest.approx(6.0, abs=0.2)
    assert (footage.seconds, footage.read) == (pytest.approx(6.0, abs=0.2),) * 2
    assert footage.sound is None


def test_what_does_not_change_is_one_scene() -> None:
    assert spans(decoded(clip(THREE[:1], seconds=8))) == [(0.0, 8.0)]


def test_scenes_between_key_frames_are_found_too() -> None:
    assert len(decoded(clip(THREE, keys=250)).frames) == 3


def test_more_scenes_than_wanted_become_as_many_as_wanted() -> None:
    footage = decoded(clip([scene(seed) for seed in range(12)], seconds=1))
    assert len(footage.frames) == 6
    assert all(one[1] == other[0] for one, other in zip(spans(footage), spans(footage)[1:], strict=False))
    assert (spans(footage)[0][0], spans(footage)[-1][1]) == (0.0, 12.0)


def test_the_sound_comes_along() -> None:
    sound = decoded(clip(THREE, said=voice("en-name"))).sound
    assert sound is not None
    assert sound.seconds == pytest.approx(2.5, abs=0.2)
    assert abs(sound.samples).max() > 0.05


def test_a_recording_that_was_sent_as_a_video_is_heard() -> None:
    footage = decoded(_alone(voice("en-name")))
    assert footage.frames == ()
    assert footage.sound is not None and footage.seconds == pytest.approx(footage.sound.seconds, abs=0.1)


def _alone(said: bytes) -> bytes:
    """The recording in a container for videos."""
    stream = io.BytesIO()
    with av.open(io.BytesIO(said)) as source, av.open(stream, "w", format="webm") as target:
        track = target.add_stream_from_template(source.streams.audio[0])
        for packet in source.demux(audio=0):
            if packet.dts is not None:
                packet.stream = track
                target.mux(packet)
    return stream.getvalue()


def test_a_long_one_is_read_from_the_beginning() -> None:
    footage = decoded(clip(THREE, said=voice("en-introduction")), minutes=2.5 / 60)
    assert spans(footage) == [(0.0, 2.0), (2.0, 2.5)]
    assert footage.seconds == pytest.approx(6.0, abs=2)
    assert footage.read == 2.5
    assert footage.sound is not None and footage.sound.seconds == 2.5


def test_sound_that_goes_on_after_the_pictures_counts() -> None:
    whole = decoded(clip(THREE[:1], seconds=0.4, said=voice("en-name")))
    assert whole.seconds == whole.read == pytest.approx(2.5, abs=0.2)
    footage = decoded(clip(THREE[:1], seconds=0.4, said=voice("en-name")), minutes=1 / 60)
    assert (footage.seconds, footage.read) == (pytest.approx(2.5, abs=0.2), 1.0)
    alone = decoded(_alone(voice("en-name")), minutes=1 / 60)
    assert (alone.seconds, alone.read) == (pytest.approx(2.5, abs=0.2), 1.0)


@pytest.mark.parametrize("container", ["mp4", "webm"])
def test_a_clock_that_does_not_begin_at_0_makes_no_difference(container: str) -> None:
    footage = decoded(clip(THREE, container=container, said=voice("en-name"), began=3600, spoken=3600))
    assert [start for start, _ in spans(footage)] == pytest.approx([0.0, 2.0, 4.0], abs=0.3)
    assert (footage.seconds, footage.read) == (pytest.approx(6.0, abs=0.2),) * 2
    assert footage.sound is not None and footage.sound.seconds == pytest.approx(2.5, abs=0.2)
    assert len(decoded(clip(THREE, container=container, began=3600), frames=1).frames) == 1


def test_what_is_said_late_is_heard_late() -> None:
    sound = decoded(clip(THREE, container="webm", said=voice("en-name"), spoken=3)).sound
    assert sound is not None
    assert sound.seconds == pytest.approx(5.5, abs=0.2)
    assert not sound.samples[: int(2.9 * sound.rate)].any()
    assert decoded(clip(THREE, container="webm", said=voice("en-name"), spoken=3), minutes=0.04).sound is None


def test_of_a_sticker_the_first_frame_is_seen() -> None:
    (frame,) = decoded(clip(THREE, container="webm"), frames=1).frames
    assert alike(frame.picture, THREE[0])


@pytest.mark.parametrize("turned", [90, -90, 180])
def test_frames_are_upright(turned: int) -> None:
    (frame,) = decoded(clip(THREE[:1], turned=turned)).frames
    assert alike(frame.picture, THREE[0].rotate(turned, expand=True))


def test_frames_are_scaled_down_to_a_megapixel() -> None:
    (frame,) = decoded(clip([scene(1, (1920, 1080))], seconds=0.4)).frames
    wide, high = frame.picture.size
    assert 900_000 < wide * high <= videos.MEGAPIXEL
    assert wide / high == pytest.approx(16 / 9, rel=0.01)


def test_frames_larger_than_any_camera_takes_them_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(videos, "_LARGEST", 10_000)
    assert refused(clip(THREE)) == "too-large"


def test_a_video_that_breaks_off_is_seen_as_far_as_it_goes() -> None:
    whole = clip([scene(seed) for seed in range(9)], container="webm")
    footage = decoded(whole[: len(whole) * 2 // 3])
    assert 2 <= len(footage.frames) <= 6
    assert footage.read < 17


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"no video at all", "not-video"),
        (sign(), "not-video"),
        (clip(THREE)[:200], "truncated"),
        (b"#EXTM3U\n#EXTINF:10,\nfile:///etc/passwd\n", "not-video"),
    ],
    ids=["empty", "words", "picture", "beginning", "playlist"],
)
def test_what_is_no_video_is_refused(data: bytes, reason: str) -> None:
    assert refused(data) == reason


def test_looking_ends_when_patience_does() -> None:
    footage = videos.decode(clip(THREE, said=voice("en-name")), frames=6, minutes=3, patience=-1)
    assert footage.frames == ()
    assert footage.sound is not None


def test_scenes_of_one_colour_are_left_out_where_there_are_others() -> None:
    scenes = Scenes(6, 9.0)
    black = np.zeros(SHADE[::-1], np.float32)
    checked = np.indices(SHADE[::-1]).sum(0) % 2 * np.float32(200)
    scenes.add(0.0, black, lambda: Image.new("RGB", (4, 4)))
    scenes.add(1.0, checked, lambda: Image.new("RGB", (4, 4), "white"))
    assert [frame.span for frame in scenes.frames(3.0)] == [Span(1.0, 3.0)]
    alone = Scenes(6, 9.0)
    alone.add(0.0, black, lambda: Image.new("RGB", (4, 4)))
    assert [frame.span for frame in alone.frames(9.0)] == [Span(0.0, 9.0)]
