"""The line before a model: bounded, in order for each caller, and nobody keeps another out."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.models.batching import Line

CALLERS = st.lists(st.sampled_from("abcde"), max_size=80)


def arrive(line: Line[tuple[str, int]], callers: list[str]) -> list[tuple[str, int]]:
    """Put them in line as a host does; those who had to yield, or were refused."""
    out = []
    for number, caller in enumerate(callers):
        if not line.has_room():
            out += line.yielded(caller)
        if line.has_room():
            line.put(caller, (caller, number))
        else:
            out.append((caller, number))
    return out


@given(CALLERS, st.integers(1, 20))
def test_whoever_came_waits_or_is_told_and_callers_keep_their_order(callers: list[str], most: int) -> None:
    line: Line[tuple[str, int]] = Line(most)
    out = arrive(line, callers)
    assert len(line) == min(len(callers), most)
    taken = [line.take() for _ in range(len(line))]
    assert sorted(taken + out, key=lambda one: one[1]) == list(zip(callers, range(len(callers)), strict=True))
    for caller in set(callers):
        own = [number for who, number in taken if who == caller]
        assert own == sorted(own)


@given(CALLERS, st.integers(1, 20))
def test_nobody_keeps_another_below_his_share(callers: list[str], most: int) -> None:
    line: Line[tuple[str, int]] = Line(most)
    arrive(line, callers)
    has = Counter(caller for caller, _ in line.drain())
    share = most // max(1, len(set(callers)))
    for caller, came in Counter(callers).items():
        assert has[caller] >= min(came, share)


@given(CALLERS, st.integers(1, 9))
def test_callers_take_turns_and_go_in_company(callers: list[str], together: int) -> None:
    line: Line[tuple[str, int]] = Line(100)
    arrive(line, callers)
    left = Counter(callers)
    while line:
        company = [line.take(), *line.company(together - 1, lambda _: True)]
        took = Counter(caller for caller, _ in company)
        assert len(company) == min(together, left.total())
        assert len(took) == min(len(left), together), "as many different callers as there are"
        left -= took


def test_company_is_only_what_goes_along_and_passes_none_of_its_own_caller() -> None:
    line: Line[str] = Line(9)
    for item in ("a1", "b-other", "b2", "c3"):
        line.put(item[0], item)
    assert line.take() == "a1"
    assert line.company(8, lambda item: "other" not in item) == ["c3"]
    assert [line.take(), line.take()] == ["b-other", "b2"]


def test_the_newest_of_the_greediest_yields_to_one_who_has_less() -> None:
    line: Line[str] = Line(3)
    for item in ("a1", "a2", "b1"):
        line.put(item[0], item)
    assert line.full
    assert line.yielded("b") == [], "a would be left with fewer than b"
    assert line.yielded("c") == ["a2"]
    line.put("c", "c1")
    with pytest.raises(ValueError, match="full"):
        line.put("d", "d1")
    assert line.drain() == ["a1", "b1", "c1"]


def test_what_is_large_takes_more_places_and_has_room_in_an_empty_line() -> None:
    line: Line[str] = Line(10)
    line.put("a", "huge", 99)
    assert not line.has_room()
    assert line.yielded("b", 3) == [], "a would be left with nothing"
    assert line.take() == "huge"
    for item in ("a-small", "a-large", "b-small"):
        line.put(item[0], item, 4 if "large" in item else 3)
    assert line.yielded("c", 3) == ["a-large"]
    assert len(line) == 2 and line.has_room(4)


def test_who_left_makes_room_and_the_line_can_be_emptied() -> None:
    line: Line[str] = Line(2)
    line.put("a", "a1")
    line.put("b", "b1")
    assert line.remove("a", "a1") and not line.remove("a", "a1") and not line.remove("z", "z1")
    assert (len(line), line.head(), line.has_room()) == (1, "b1", True)
    assert line.drain() == ["b1"] and not line
    with pytest.raises(IndexError):
        line.take()


def test_it_keeps_count_whatever_comes_and_goes() -> None:
    line, chance, there = Line[tuple[str, int]](30), random.Random(1), dict[tuple[str, int], int]()
    for number in range(2000):
        item, places = (chance.choice("abc"), number), chance.randint(1, 9)
        gone = line.yielded(item[0], places)
        if line.has_room(places):
            line.put(item[0], item, places)
            there[item] = places
        if line and chance.random() < 0.3:
            gone.append(line.take())
        if there and chance.random() < 0.1:
            gone += [one for one in there if chance.random() < 0.1 and line.remove(one[0], one)]
        for one in gone:
            del there[one]
        assert len(line) == len(there)
        free = 30 - sum(there.values())
        assert line.full == (free == 0)
        assert not there or not line.has_room(free + 1)
        assert line.full or line.has_room(free)


def test_a_line_of_no_places_is_full() -> None:
    line: Line[str] = Line(0)
    assert line.full and not line.has_room(0)
    assert line.yielded("a") == []
    with pytest.raises(ValueError, match="full"):
        line.put("a", "x")
