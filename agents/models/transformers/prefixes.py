"""What was read in conversations of late, so that the next turn of one reads only what is new."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from agents.models.transformers import caches

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Prefixes"]

_MOST = 64  # conversations
_LEAST = 8  # tokens in common that are worth a copy


@dataclass(frozen=True, slots=True, eq=False)
class _Kept:
    """``cache`` has read ``ids``."""

    ids: NDArray[np.int64]
    cache: Any
    size: int


class Prefixes:
    """Those used last, up to ``room`` bytes of memory. Only caches that can be cropped are to be kept."""

    def __init__(self, model: Any, room: int) -> None:
        self._model, self._room = model, room
        self._kept: list[_Kept] = []  # used last stands last

    def beginning(self, ids: Sequence[int]) -> tuple[Any, int]:
        """A copy of what is known of a prompt's beginning, and its length in tokens; the last token is never known."""
        best, common = None, 0
        for kept in self._kept:
            if (shared := min(_common(kept.ids, ids), len(ids) - 1)) > common:
                best, common = kept, shared
        if best is None or common < _LEAST:
            return None, 0
        self._kept.remove(best)
        self._kept.append(best)
        return caches.cropped(best.cache, common, self._model), common

    def keep(self, ids: Sequence[int], cache: Any) -> None:
        """Keep a cache that has read ``ids``, in place of those that have read less of the same."""
        import numpy as np

        size = caches.size(cache)
        if size > self._room:
            return
        self._kept = [kept for kept in self._kept if _common(kept.ids, ids) < len(kept.ids)]
        self._kept.append(_Kept(np.array(ids, np.int64), cache, size))
        while len(self._kept) > _MOST or sum(kept.size for kept in self._kept) > self._room:
            del self._kept[0]

    def clear(self) -> bool:
        """Let all of it go; whether there was any."""
        had = bool(self._kept)
        self._kept.clear()
        return had


def _common(one: NDArray[np.int64], other: Sequence[int]) -> int:
    """How many of their first tokens are the same."""
    import numpy as np

    length = min(len(one), len(other))
    different = one[:length] != np.asarray(other[:length], np.int64)
    return int(different.argmax()) if different.any() else length
