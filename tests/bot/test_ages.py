"""Clocks on the wall jump by hours and days; nothing grows old by that."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.ages import Ages
from bot.patience import Patience, RowFailed
from storage.ports import InboxRow, InboxState

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
OUTSIDE = RowFailed("unreachable", retryable=True, outside=True)


class Clocks:
    """Both clocks of a machine: ``passes`` moves them both, ``jumps`` the one on the wall."""

    def __init__(self) -> None:
        self.wall, self.monotonic = NOON, 0.0
        self.ages = Ages(lambda: self.wall, lambda: self.monotonic)

    def passes(self, seconds: float) -> None:
        self.wall += timedelta(seconds=seconds)
        self.monotonic += seconds

    def jumps(self, by: timedelta) -> None:
        self.wall += by


def row(accepted: datetime) -> InboxRow:
    return InboxRow(1, "test", "a", "k", "{}", InboxState.RUNNING, 1, 0, None, accepted)


def test_an_age_is_what_really_went_by() -> None:
    clocks = Clocks()
    clocks.passes(90)
    assert clocks.ages.of(NOON) == 90
    assert clocks.ages.of(NOON - DAY) == 90 + 86_400, "what is from before the start counts by the wall"


@pytest.mark.parametrize("jump", [DAY * 400, DAY, timedelta(hours=3), -timedelta(hours=3), -DAY, -DAY * 400])
def test_a_jump_of_the_clock_buries_nothing_that_waits_for_the_world_outside(jump: timedelta) -> None:
    clocks = Clocks()
    patience = Patience(ages=clocks.ages)
    clocks.passes(60)
    before = clocks.wall
    clocks.jumps(jump)
    after = clocks.wall
    clocks.passes(3600)
    for accepted in (before, after):
        assert not patience.exhausted(row(accepted), 9, OUTSIDE)


@pytest.mark.parametrize("jump", [timedelta(), timedelta(hours=20), -timedelta(hours=20)])
def test_what_waits_for_longer_than_a_day_and_the_jump_is_given_up(jump: timedelta) -> None:
    clocks = Clocks()
    patience = Patience(ages=clocks.ages)
    clocks.jumps(jump)
    accepted = clocks.wall
    clocks.passes(24 * 3600 + abs(jump.total_seconds()) + 1)
    assert patience.exhausted(row(accepted), 9, OUTSIDE)
    assert patience.exhausted(row(NOON), 9, OUTSIDE)
