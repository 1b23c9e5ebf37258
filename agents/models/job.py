"""A kind of work on a model, as ports ask it of the model's host."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

__all__ = ["Job"]

PortT = TypeVar("PortT")


def _any(_: Any) -> Hashable:
    return None


def _nothing(_: Any) -> int:
    return 0


@dataclass(frozen=True, slots=True, eq=False)
class Job(Generic[PortT]):
    """One kind of work on a model: ``work`` takes items and gives as many results, in their order.

    At most ``together`` items that wait go in one call, and only those whose ``key`` is equal. That is for models to
    which several are little more than one: where they are worked on one by one, the first would only wait for the last.
    Where it is not ``counted``, its calls are but parts of what counts itself: neither their time nor a refusal shows.
    ``weight`` is what an item holds of this process' memory while it waits, in bytes.
    """

    work: Callable[[PortT, Sequence[Any]], Sequence[Any]]
    together: int = 1
    key: Callable[[Any], Hashable] = _any
    weight: Callable[[Any], int] = _nothing
    counted: bool = True
