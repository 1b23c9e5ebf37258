"""Quantiles of cumulative histograms, against observations whose order is known."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.top.histogram import Histogram

BOUNDS = (0.005, 0.1, 1.0, 10.0, math.inf)
FINITE = st.lists(st.floats(0, 10), min_size=1, max_size=50)
SHARES = st.floats(0, 1)


def of(observed: Sequence[float]) -> Histogram:
    return Histogram({bound: float(sum(one <= bound for one in observed)) for bound in BOUNDS}, sum(observed))


@given(FINITE, SHARES)
def test_a_quantile_lies_in_the_bucket_of_the_observation_it_stands_for(observed: list[float], share: float) -> None:
    found = of(observed).quantile(share)
    meant = sorted(observed)[max(0, math.ceil(share * len(observed)) - 1)]
    upper = min(bound for bound in BOUNDS if meant <= bound)
    lower = max((bound for bound in BOUNDS if bound < meant), default=0.0)
    assert found is not None
    assert lower - 1e-9 <= found <= upper + 1e-9


@given(FINITE, SHARES, SHARES)
def test_a_larger_share_has_no_smaller_quantile(observed: list[float], one: float, other: float) -> None:
    low, high = of(observed).quantile(min(one, other)), of(observed).quantile(max(one, other))
    assert low is not None
    assert high is not None
    assert low <= high + 1e-9


@given(FINITE, FINITE, SHARES)
def test_what_came_since_is_what_came_since(before: list[float], since: list[float], share: float) -> None:
    found = of([*before, *since]).since(of(before))
    assert found.count == len(since)
    assert found.mean == pytest.approx(sum(since) / len(since), abs=1e-6)
    assert found.quantile(share) == of(since).quantile(share)


@given(FINITE, FINITE, SHARES)
def test_two_added_are_one_of_all(one: list[float], other: list[float], share: float) -> None:
    assert (of(one) + of(other)).quantile(share) == of([*one, *other]).quantile(share)


@given(FINITE, SHARES)
def test_of_nothing_new_nothing_is_told(observed: list[float], share: float) -> None:
    same = of(observed).since(of(observed))
    assert (same.count, same.mean, same.quantile(share)) == (0, None, None)


@given(FINITE, FINITE, SHARES)
def test_a_count_that_fell_since_breaks_nothing(now: list[float], before: list[float], share: float) -> None:
    found = of(now).since(of(before)).quantile(share)
    assert found is None or 0 <= found <= 10


def test_half_of_evenly_spread_observations_is_the_middle_of_their_bucket() -> None:
    assert of([0.5] * 100).quantile(0.5) == pytest.approx(0.55)
    assert of([0.05, 5.0]).quantile(0.5) == pytest.approx(0.1)


def test_beyond_the_last_bound_the_last_bound_is_told() -> None:
    assert of([100.0]).quantile(0.95) == 10.0


@pytest.mark.parametrize("buckets", [{}, {math.inf: 0.0}, {math.inf: 3.0}, {1.0: 3.0}])
def test_a_histogram_of_odd_shape_breaks_nothing(buckets: dict[float, float]) -> None:
    assert Histogram(buckets).quantile(0.5) in {None, 0.0}
