"""How likely a model held what it wrote, from what it tells of its tokens."""

from __future__ import annotations

import math

import pytest

from agents.models.likelihood import likelihood


def test_it_is_the_geometric_mean_of_the_probabilities() -> None:
    assert likelihood([math.log(0.5), math.log(0.8)]) == pytest.approx(math.sqrt(0.4))
    assert likelihood([math.log(0.5), math.log(0.8)], [3, 1]) == pytest.approx((0.5**3 * 0.8) ** 0.25)


@pytest.mark.parametrize("logprobs", [[0.0], [1e-9], [-9999.0], [-math.inf], [0.3, -0.1]])
def test_it_stays_a_probability_whatever_is_told(logprobs: list[float]) -> None:
    found = likelihood(logprobs)
    assert found is not None
    assert 0 <= found <= 1


def test_nothing_told_is_nothing_known() -> None:
    assert likelihood([]) is None
    assert likelihood([-0.1], [0]) is None


def test_what_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="no number"):
        likelihood([-0.1, math.nan])
