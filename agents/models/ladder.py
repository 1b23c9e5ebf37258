"""The ways to have a model, the best first: what a host steps down when memory does not suffice or a device is gone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

__all__ = ["Ladder", "Rung"]

PortT = TypeVar("PortT")


@dataclass(frozen=True, slots=True)
class Rung(Generic[PortT]):
    """``load`` makes the model on ``device``: ``cpu``, ``cuda:1``, ...; empty where its engine chooses.

    ``apart``: in a process of its own, so that what is lost to one engine may be had again by a later one.
    """

    load: Callable[[], PortT]
    device: str = ""
    apart: bool = False


class Ladder(Generic[PortT]):
    """Where on its rungs a model stands, and which devices are lost: to this process for good, to one apart for now."""

    def __init__(self, rungs: Sequence[Rung[PortT]]) -> None:
        if not rungs:
            raise ValueError("a ladder without rungs")
        self._rungs = tuple(rungs)
        self._at = 0
        self._lost: set[str] = set()

    @property
    def at(self) -> int:
        """The number of the rung it stands on, the best being 0."""
        return self._at

    @property
    def rung(self) -> Rung[PortT]:
        return self._rungs[self._at]

    @property
    def gone(self) -> bool:
        """Whether the device of every rung is lost."""
        return all(rung.device in self._lost for rung in self._rungs)

    @property
    def best(self) -> bool:
        """Whether there is no rung above whose device is not lost, or may be had again."""
        return all(rung.device in self._lost and not rung.apart for rung in self._rungs[: self._at])

    @property
    def last(self) -> bool:
        """Whether there is no rung below whose device is not lost."""
        return all(rung.device in self._lost for rung in self._rungs[self._at + 1 :])

    def lose(self) -> None:
        """The device it stands on is lost, and with it every rung there."""
        self._lost.add(self.rung.device)

    def down(self) -> bool:
        """To the next rung whose device is not lost; whether there was one."""
        return self._to(self._at + 1)

    def top(self) -> bool:
        """To the best rung whose device is not lost; whether there was one."""
        return self._to(0)

    def retry(self) -> bool:
        """The same as ``top``, and what was lost to processes apart counts as lost no longer."""
        self._lost -= {rung.device for rung in self._rungs if rung.apart}
        return self.top()

    def _to(self, first: int) -> bool:
        for at in range(first, len(self._rungs)):
            if self._rungs[at].device not in self._lost:
                self._at = at
                return True
        return False
