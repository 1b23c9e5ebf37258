"""The numbers that simple reckoning makes of others: sums, differences, products and the mean."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from itertools import combinations

__all__ = ["reckoned"]

_SUMMED = 10  # numbers of which every few are added up: 1,023 sums; of more, pairs and all of them
_PAIRED = 60  # numbers at most of which every two are reckoned with
_PLACES = Decimal("0.01")


def reckoned(stated: Sequence[str]) -> set[str]:
    """What follows from numbers in the form of ``agents.numerals``; times of day among them are left out."""
    values = [value for number in stated if (value := _value(number)) is not None]
    if not values:
        return set()
    pairs = list(combinations(values[:_PAIRED], 2))
    groups = range(2, len(values)) if len(values) <= _SUMMED else ()
    found = {sum(group, Decimal()) for size in groups for group in combinations(values, size)}
    found |= {one + other for one, other in pairs} | {abs(one - other) for one, other in pairs}
    found |= {one * other for one, other in pairs}
    total = sum(values, Decimal())
    return {_plain(value) for value in (*found, total, total / len(values))}


def _value(number: str) -> Decimal | None:
    try:
        return Decimal(number)
    except InvalidOperation:
        return None


def _plain(value: Decimal) -> str:
    """Without needless zeros, to the hundredth."""
    text = f"{value.quantize(_PLACES):f}" if abs(value) < 10**12 else f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
