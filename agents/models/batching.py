"""What waits for one model, and what of it goes together: bounded, in order for each caller, callers in turn."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable
from typing import Generic, TypeVar

__all__ = ["Line"]

T = TypeVar("T")


class Line(Generic[T]):
    """At most ``most`` items wait. It knows nothing of threads and loops: whoever uses it guards it."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._waiting: OrderedDict[str, deque[T]] = OrderedDict()  # by caller, the one whose turn it is first
        self._length = 0

    def __len__(self) -> int:
        return self._length

    @property
    def full(self) -> bool:
        return self._length >= self._most

    def put(self, caller: str, item: T) -> None:
        """Behind what the caller has here already. Raises ValueError when it is full."""
        if self.full:
            raise ValueError("the line is full")
        self._waiting.setdefault(caller, deque()).append(item)
        self._length += 1

    def take(self) -> T:
        """The item whose turn it is. Raises IndexError when nothing waits."""
        if not self._waiting:
            raise IndexError("nothing waits")
        return self._taken(next(iter(self._waiting)))

    def company(self, most: int, goes: Callable[[T], bool]) -> list[T]:
        """Up to ``most`` further items that ``goes`` lets along, callers in turn; none passes one of its own caller."""
        found: list[T] = []
        asked = deque(self._waiting)
        while asked and len(found) < most:
            caller = asked.popleft()
            if goes(self._waiting[caller][0]):
                found.append(self._taken(caller))
                if caller in self._waiting:
                    asked.append(caller)
        return found

    def remove(self, caller: str, item: T) -> bool:
        """Take it out, its place free for another; whether it was still here."""
        mine = self._waiting.get(caller)
        if mine is None or item not in mine:
            return False
        mine.remove(item)
        self._length -= 1
        if not mine:
            del self._waiting[caller]
        return True

    def drain(self) -> list[T]:
        """Everything, which then waits no more."""
        found = [item for mine in self._waiting.values() for item in mine]
        self._waiting.clear()
        self._length = 0
        return found

    def _taken(self, caller: str) -> T:
        mine = self._waiting[caller]
        item = mine.popleft()
        self._length -= 1
        if mine:
            self._waiting.move_to_end(caller)
        else:
            del self._waiting[caller]
        return item
