"""Sums and differences of what was read can be checked, so a trusted model may state them."""

from __future__ import annotations

import pytest

from agents.reckoning import reckoned


@pytest.mark.parametrize(
    ("stated", "holds"),
    [
        (["28", "15"], {"43", "13", "420", "21.5"}),
        (["1.5", "2.25"], {"3.75", "0.75", "3.38"}),
        (["10", "20", "30"], {"60", "30", "40", "50"}),
        (["3", "3", "3"], {"6", "9", "0"}),
        (["9:42", "x"], set()),
        ([], set()),
    ],
)
def test_what_follows_from_numbers(stated: list[str], holds: set[str]) -> None:
    assert holds <= reckoned(stated)
    assert bool(reckoned(stated)) is bool(holds)


def test_many_numbers_are_added_up_by_twos_and_all_together() -> None:
    found = reckoned([str(number) for number in range(1, 201)])
    assert "20100" in found
    assert len(found) < 20_000
