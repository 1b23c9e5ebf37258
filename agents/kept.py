"""Texts that take long to find, kept for when they are wanted again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock

__all__ = ["Kept"]

_EACH = 200  # characters that an entry counts for beside its text


class Kept:
    """Keeps texts of about ``most`` characters together; those not wanted for the longest time go first.

    It may be asked from several threads at once; two that miss the same text both find it.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._held = 0
        self._texts: OrderedDict[Hashable, str | None] = OrderedDict()
        self._lock = Lock()

    def of(self, key: Hashable, source: str, find: Callable[[], str]) -> str:
        """What ``find`` gives, or gave for the same key before. Of a text that is its source no copy is held."""
        with self._lock:
            if key in self._texts:
                self._texts.move_to_end(key)
                kept = self._texts[key]
                return source if kept is None else kept
        found = find()
        with self._lock:
            self._keep(key, None if found == source else found)
        return found

    def _keep(self, key: Hashable, text: str | None) -> None:
        if key in self._texts:
            return
        self._texts[key] = text
        self._held += _weight(text)
        while self._held > self._most:
            self._held -= _weight(self._texts.popitem(last=False)[1])


def _weight(text: str | None) -> int:
    return _EACH + len(text or "")
