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


def test_a_stop_before_the_turn_began_ends_those_that_waited_then_and_none_later() -> None:
    stops = Stops()
    stops.ask_chat("telegram", "7", "stop")
    for key in ("first", "second"):
        with stops.heeded("telegram", key, "7") as stop:
            assert stop.is_set()
    with stops.heeded("telegram", "other", "8") as stop:
        assert not stop.is_set()
    assert stops.settled("telegram", "7", "stop")
    with stops.heeded("telegram", "third", "7") as stop:
        assert not stop.is_set()


def test_a_stop_with_nothing_to_stop_says_so_and_harms_nothing() -> None:
    stops = Stops()
    stops.ask_chat("telegram", "7", "stop")
    assert not stops.settled("telegram", "7", "stop")
    with stops.heeded("telegram", "later", "7") as stop:
        assert not stop.is_set()


def test_a_button_stops_what_is_under_way_alone() -> None:
    stops = Stops()
    assert not stops.ask_now("telegram", "7")
    with stops.heeded("telegram", "first", "7") as stop:
        assert stops.ask_now("telegram", "7")
        assert stop.is_set()
    with stops.heeded("telegram", "second", "7") as stop:
        assert not stop.is_set()
