"""A model that keeps failing is left alone, tried again by one caller, and taken back when it answers."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.errors import (
    DeviceLost,
    ModelBusy,
    ModelCrashed,
    ModelError,
    ModelLate,
    ModelOutOfMemory,
    ModelRefused,
    ModelUnavailable,
)
from agents.models.breaker import Breaker

CRASHED = ModelCrashed("m")


class Clock:
    """Moves when a test says so, in seconds."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def states() -> list[str]:
    return []


@pytest.fixture
def breaker(clock: Clock, states: list[str]) -> Breaker:
    return Breaker("m", clock=clock, told=states.append)


def fails(breaker: Breaker, error: ModelError, *, spoken: bool = False) -> None:
    with pytest.raises(type(error)), breaker.trial() as trial:
        if spoken:
            trial.spoke()
        raise error


def works(breaker: Breaker) -> None:
    with breaker.trial():
        pass


def after(seconds: float, breaker: Breaker, clock: Clock) -> bool:
    clock.now += seconds
    return breaker.ready


@pytest.mark.parametrize("error", [CRASHED, ModelLate("m")])
def test_it_opens_after_three_failures_in_a_row(breaker: Breaker, error: ModelError, states: list[str]) -> None:
    for _ in range(2):
        fails(breaker, error)
    works(breaker)
    for _ in range(2):
        fails(breaker, error)
        assert breaker.ready
    fails(breaker, error)
    assert not breaker.ready
    assert states == ["closed", "open"]


@pytest.mark.parametrize("error", [ModelUnavailable("m"), ModelOutOfMemory("m"), DeviceLost("m")])
def test_one_failure_is_enough_where_asking_again_does_not_help(breaker: Breaker, error: ModelError) -> None:
    fails(breaker, error)
    assert not breaker.ready


def test_one_that_breaks_off_in_mid_answer_is_left_alone_at_once(breaker: Breaker) -> None:
    fails(breaker, CRASHED, spoken=True)
    assert not breaker.ready


def test_a_refusal_is_about_what_was_asked_and_counts_as_an_answer(breaker: Breaker) -> None:
    for _ in range(2):
        fails(breaker, CRASHED)
    for _ in range(5):
        fails(breaker, ModelRefused("m"))
    fails(breaker, CRASHED)
    assert breaker.ready


@pytest.mark.parametrize(("wait", "rests"), [(None, 1), (7.0, 7), (1e9, 120), (float("nan"), 1), (-3.0, 1)])
def test_a_busy_model_is_let_rest_for_as_long_as_it_asks_within_bounds(
    breaker: Breaker, clock: Clock, wait: float | None, rests: float
) -> None:
    fails(breaker, ModelBusy("m", retry_after=wait))
    assert not after(rests - 0.01, breaker, clock)
    assert after(0.02, breaker, clock)
    works(breaker)
    assert breaker.ready


def test_the_time_it_is_left_alone_grows_to_a_bound_and_begins_anew_once_it_worked(
    breaker: Breaker, clock: Clock
) -> None:
    fails(breaker, ModelUnavailable("m"))
    for seconds in (5, 10, 20, 40, 80, 120, 120):
        assert not after(seconds - 0.01, breaker, clock)
        assert after(0.02, breaker, clock)
        fails(breaker, CRASHED)
    clock.now += 1000
    works(breaker)
    fails(breaker, ModelUnavailable("m"))
    assert not after(4.99, breaker, clock)
    assert after(0.02, breaker, clock)


def test_one_probe_goes_and_its_first_piece_lets_the_others_in(
    breaker: Breaker, clock: Clock, states: list[str]
) -> None:
    fails(breaker, ModelUnavailable("m"))
    assert after(6, breaker, clock)
    with breaker.trial() as probe:
        assert not breaker.ready
        probe.spoke()
        assert breaker.ready
    assert states == ["closed", "open", "half-open", "closed"]


def test_a_probe_that_spoke_and_broke_off_opens_it_again(breaker: Breaker, clock: Clock) -> None:
    fails(breaker, ModelUnavailable("m"))
    clock.now += 6
    fails(breaker, CRASHED, spoken=True)
    assert not breaker.ready


class Left(BaseException):
    """As a cancelled task or an abandoned stream ends."""


def test_a_probe_whose_caller_left_decides_nothing_and_makes_room(
    breaker: Breaker, clock: Clock, states: list[str]
) -> None:
    fails(breaker, ModelUnavailable("m"))
    clock.now += 6
    with pytest.raises(Left), breaker.trial():
        raise Left
    assert breaker.ready
    assert states[-1] == "open"
    works(breaker)
    assert states[-1] == "closed"


def test_a_probe_that_nobody_heard_of_again_keeps_no_other_from_going_for_ever(breaker: Breaker, clock: Clock) -> None:
    fails(breaker, ModelUnavailable("m"))
    clock.now += 6
    with breaker.trial():
        assert not after(299, breaker, clock)
        assert after(2, breaker, clock)


def test_calls_that_began_before_it_opened_tell_nothing_new(breaker: Breaker, clock: Clock) -> None:
    with breaker.trial():
        fails(breaker, ModelUnavailable("m"))
    assert not breaker.ready
    with pytest.raises(ModelCrashed), breaker.trial() as late:
        clock.now += 6
        works(breaker)
        fails(breaker, ModelUnavailable("m"))
        until = breaker.until
        late.spoke()
        raise CRASHED
    assert breaker.until == until


def test_it_is_logged_once_until_it_works_again(
    breaker: Breaker, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    fails(breaker, ModelOutOfMemory("m"))
    for _ in range(3):
        clock.now += 200
        fails(breaker, ModelOutOfMemory("m"))
    clock.now += 200
    works(breaker)
    told = capsys.readouterr().out
    assert told.count("model is left alone") == told.count("model answers again") == 1
    assert "model-out-of-memory" in told


ENDS: list[Callable[[], BaseException | None]] = [
    lambda: None,
    lambda: Left(),
    lambda: ModelCrashed("m"),
    lambda: ModelLate("m"),
    lambda: ModelUnavailable("m"),
    lambda: ModelRefused("m"),
    lambda: ModelBusy("m", retry_after=30),
]


@given(st.lists(st.tuples(st.floats(0, 50), st.sampled_from(ENDS), st.booleans()), max_size=40))
def test_whatever_happens_it_is_tried_again_within_its_longest_time_and_works_when_the_model_does(
    history: list[tuple[float, Callable[[], BaseException | None], bool]],
) -> None:
    clock, states = Clock(), list[str]()
    breaker = Breaker("m", clock=clock, told=states.append)
    for seconds, end, speaks in history:
        clock.now += seconds
        if not breaker.ready:
            continue
        error = end()
        try:
            with breaker.trial() as trial:
                if speaks:
                    trial.spoke()
                if error is not None:
                    raise error
        except (ModelError, Left) as caught:
            assert caught is error
    assert after(120, breaker, clock)
    works(breaker)
    assert breaker.ready and states[-1] == "closed"
