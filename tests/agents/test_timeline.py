"""Timelines: how long a video is by its packets, and whether its key frames show enough of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from types import SimpleNamespace

import pytest

from agents.timeline import Timeline


def packets(kind: str, times: Sequence[float], keys: Sequence[float] = ()) -> Iterator[SimpleNamespace]:
    """A packet of a tenth of a second at each of the times."""
    for at in times:
        yield SimpleNamespace(
            pts=round(at * 10),
            duration=1,
            time_base=Fraction(1, 10),
            is_keyframe=at in keys,
            is_discard=False,
            stream=SimpleNamespace(type=kind),
        )


SECONDS = [float(second) for second in range(30)]


@pytest.mark.parametrize(
    ("keys", "enough"),
    [
        (SECONDS[::2], True),
        (SECONDS[::5], True),
        (SECONDS[:6], False),
        (SECONDS[-6:], False),
        ([*SECONDS[:3], *SECONDS[20:]], False),
        (SECONDS[:1], False),
        ((), False),
    ],
    ids=["often", "once a scene", "at the beginning", "at the end", "with a gap", "one", "none"],
)
def test_key_frames_show_enough_where_none_are_long_apart(keys: Sequence[float], enough: bool) -> None:
    assert Timeline.of(packets("video", SECONDS, keys)).is_shown_by_keys(6, 180.0) is enough


def test_key_frames_after_what_is_looked_at_do_not_count() -> None:
    line = Timeline.of(packets("video", SECONDS, SECONDS[10:]))
    assert not line.is_shown_by_keys(6, 10.0)


@pytest.mark.parametrize("began", [-0.1, 0.0, 3600.0])
def test_seconds_are_from_the_first_packet_to_the_end_of_the_last(began: float) -> None:
    line = Timeline.of(packets("video", [began, began + 0.5]))
    assert (line.began, line.silence) == (began, 0.0)
    assert line.seconds == pytest.approx(0.6)


def test_pictures_and_sound_may_begin_apart() -> None:
    late = Timeline.of([*packets("video", [5.0, 6.0]), *packets("audio", [8.0, 9.0])])
    assert (late.began, late.silence, late.seconds) == (5.0, 3.0, pytest.approx(4.1))
    early = Timeline.of([*packets("video", [5.0, 6.0]), *packets("audio", [2.0, 3.0])])
    assert (early.began, early.silence, early.seconds) == (2.0, 0.0, pytest.approx(4.1))


def test_no_packets_are_no_time() -> None:
    assert Timeline.of([]).seconds == 0.0
