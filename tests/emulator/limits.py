"""Telegram's limits on how much a bot may send, on order: https://core.telegram.org/bots/faq#my-bot-is-hitting-limits."""

from __future__ import annotations

import math
import time
from collections import defaultdict, deque
from dataclasses import dataclass, field

from tests.emulator.calls import Refused

__all__ = ["Limits", "Refusal"]

_FREE = {"sendchataction", "sendmessagedraft"}


@dataclass(frozen=True, slots=True)
class Refusal:
    """A call that came too early. ``warned``: the bot had been told to wait, and did not."""

    method: str
    chat: int
    at: float
    retry_after: int
    warned: bool


@dataclass(slots=True)
class Limits:
    """``per_chat`` and ``overall`` are messages a second, ``per_group`` messages a minute of ``minute`` seconds.

    Sends and edits count, actions and drafts do not. A chat that was refused stays so until its time is over.
    """

    per_chat: int | None = None
    per_group: int | None = None
    overall: int | None = None
    minute: float = 60.0
    refused: list[Refusal] = field(default_factory=list)
    _taken: defaultdict[object, deque[float]] = field(default_factory=lambda: defaultdict(deque))
    _until: dict[int, float] = field(default_factory=dict)

    @property
    def disobeyed(self) -> int:
        """How many calls came although the bot had been told to wait."""
        return sum(refusal.warned for refusal in self.refused)

    def meet(self, method: str, chat: int | None) -> None:
        """Count a call. Raises Refused when there were too many before it."""
        if chat is None or not self._counts(method.lower()):
            return
        now = time.monotonic()
        free = max((self._free(*window, now) for window in self._windows(chat)), default=now)
        told = self._until.get(chat, 0.0)
        if max(free, told) > now:
            self._refuse(method, chat, now, max(free, told), warned=told > now)
        for key, _, _ in self._windows(chat):
            self._taken[key].append(now)

    def _counts(self, method: str) -> bool:
        return method.startswith(("send", "edit", "forward", "copy")) and method not in _FREE

    def _windows(self, chat: int) -> list[tuple[object, int, float]]:
        """What the call counts toward: a key, how many are allowed, and in how many seconds."""
        group = self.per_group if chat < 0 else None
        known = [(chat, self.per_chat, 1.0), (("group", chat), group, self.minute), ("overall", self.overall, 1.0)]
        return [(key, most, seconds) for key, most, seconds in known if most is not None]

    def _free(self, key: object, most: int, seconds: float, now: float) -> float:
        """From when on one more is allowed."""
        taken = self._taken[key]
        while taken and now - taken[0] >= seconds:
            taken.popleft()
        return taken[-most] + seconds if len(taken) >= most else now

    def _refuse(self, method: str, chat: int, now: float, until: float, *, warned: bool) -> None:
        wait = max(1, math.ceil(until - now))
        self._until[chat] = max(self._until.get(chat, 0.0), now + wait) if not warned else self._until[chat]
        self.refused.append(Refusal(method, chat, now, wait, warned))
        raise Refused(429, f"Too Many Requests: retry after {wait}", retry_after=wait)
