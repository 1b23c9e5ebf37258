"""What waits for one model, and what of it goes together: bounded, in order for each caller, callers in turn."""

from __future__ import annotations

from collections import Counter, OrderedDict, deque
from collections.abc import Callable
from typing import Generic, TypeVar

__all__ = ["Line"]

T = TypeVar("T")


class _Own(Generic[T]):
    """What one caller has in the line, the oldest first, each with the places it takes."""

    def __init__(self) -> None:
        self.entries: deque[tuple[T, int]] = deque()
        self.places = 0


class Line(Generic[T]):
    """A line of ``most`` places; of 0, nobody waits. It knows nothing of threads and loops: whoever uses it guards it.

    An item takes one place, or more where it is large. Whoever is refused by a full line may ask for ``yielded``: of n
    callers whose items take a place each, one with fewer than ``most // n`` here always gets one that way, for then
    somebody has at least two more than he has.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._waiting: OrderedDict[str, _Own[T]] = OrderedDict()  # by caller, the one whose turn it is first
        self._length = self._taken_places = 0

    def __len__(self) -> int:
        """Items, however many places they take."""
        return self._length

    @property
    def full(self) -> bool:
        return not self.has_room()

    def has_room(self, places: int = 1) -> bool:
        """An item that is larger than the whole line has room in an empty one."""
        return self._taken_places + self._bounded(places) <= self._most

    def put(self, caller: str, item: T, places: int = 1) -> None:
        """Behind what the caller has here already. Raises ValueError when there is no room."""
        if not self.has_room(places):
            raise ValueError("the line is full")
        self._add(self._waiting.setdefault(caller, _Own()), item, self._bounded(places))

    def head(self) -> T:
        """The item whose turn it is. Raises IndexError when nothing waits."""
        if not self._waiting:
            raise IndexError("nothing waits")
        return next(iter(self._waiting.values())).entries[0][0]

    def take(self) -> T:
        """The item whose turn it is, which then waits no more. Raises IndexError when nothing waits."""
        self.head()
        return self._taken(next(iter(self._waiting)))

    def company(self, most: int, goes: Callable[[T], bool]) -> list[T]:
        """Up to ``most`` further items that ``goes`` lets along, callers in turn; none passes one of its own caller."""
        found: list[T] = []
        asked = deque(self._waiting)
        while asked and len(found) < most:
            caller = asked.popleft()
            if goes(self._waiting[caller].entries[0][0]):
                found.append(self._taken(caller))
                if caller in self._waiting:
                    asked.append(caller)
        return found

    def yielded(self, caller: str, places: int = 1) -> list[T]:
        """The newest items of those who take the most places, taken out so that the caller's next has room.

        Nobody is left with fewer places than the caller then has; where that cannot be, nothing is taken out.
        """
        leaving = self._greediest(caller, self._bounded(places))
        return [self._newest(greedy) for greedy, count in leaving.items() for _ in range(count)]

    def remove(self, caller: str, item: T) -> bool:
        """Take it out, its place free for another; whether it was still here."""
        own = self._waiting.get(caller)
        for number, (waiting, places) in enumerate(own.entries if own else ()):
            if own and waiting is item:
                del own.entries[number]
                self._left(caller, places)
                return True
        return False

    def drain(self) -> list[T]:
        """Everything, which then waits no more."""
        found = [item for own in self._waiting.values() for item, _ in own.entries]
        self._waiting.clear()
        self._length = self._taken_places = 0
        return found

    def _bounded(self, places: int) -> int:
        return max(1, min(places, self._most))

    def _add(self, own: _Own[T], item: T, places: int) -> None:
        own.entries.append((item, places))
        own.places += places
        self._length += 1
        self._taken_places += places

    def _greediest(self, caller: str, places: int) -> Counter[str]:
        """How many of whose items would have to go; none where it would not be fair, or not enough."""
        has = {other: own.places for other, own in self._waiting.items()}
        mine = has.pop(caller, 0) + places
        missing = self._taken_places + places - self._most
        leaving: Counter[str] = Counter()
        while missing > 0 and has:
            greedy = max(has, key=has.__getitem__)
            if has[greedy] <= mine:
                break  # nor can anybody else yield
            entries = self._waiting[greedy].entries
            takes = entries[-1 - leaving[greedy]][1]
            if has[greedy] - takes < mine:
                del has[greedy]
                continue
            has[greedy] -= takes
            leaving[greedy] += 1
            missing -= takes
        return leaving if missing <= 0 else Counter()

    def _newest(self, caller: str) -> T:
        item, places = self._waiting[caller].entries.pop()
        self._left(caller, places)
        return item

    def _taken(self, caller: str) -> T:
        item, places = self._waiting[caller].entries.popleft()
        self._waiting.move_to_end(caller)
        self._left(caller, places)
        return item

    def _left(self, caller: str, places: int) -> None:
        own = self._waiting[caller]
        own.places -= places
        self._length -= 1
        self._taken_places -= places
        if not own.entries:
            del self._waiting[caller]
