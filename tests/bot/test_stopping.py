"""A stop reaches its turn, whether that is under way or still waits, and no other."""

from __future__ import annotations

from bot.stopping import Stops


def test_a_turn_under_way_is_stopped_and_no_other() -> None:
    stops = Stops()
    with stops.heeded("web", "a") as first, stops.heeded("web", "b") as second, stops.heeded("line", "a") as third:
        stops.ask("web", "a")
        assert [stop.is_set() for stop in (first, second, third)] == [True, False, False]


def test_a_turn_that_waits_stops_when_it_begins_also_when_it_is_tried_again() -> None:
    stops = Stops()
    stops.ask("web", "a")
    for _ in range(2):
        with stops.heeded("web", "a") as stop:
            assert stop.is_set()


def test_only_the_last_early_stops_are_remembered() -> None:
    stops = Stops(most=2)
    for key in "abc":
        stops.ask("web", key)
    for key, stopped in (("a", False), ("b", True), ("c", True)):
        with stops.heeded("web", key) as stop:
            assert stop.is_set() is stopped
