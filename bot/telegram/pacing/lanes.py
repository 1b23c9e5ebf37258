"""The chats that were written to lately."""

from __future__ import annotations

from collections.abc import Callable

from bot.telegram.pacing.allowance import Allowance
from bot.telegram.pacing.lane import Lane
from bot.telegram.pacing.limits import Limits

__all__ = ["Lanes", "is_group"]

_FEW = 512  # chats that are kept without looking whether they could be forgotten


class Lanes:
    """Keeps a chat as long as it differs from a new one: what is kept doubles at most before it is looked through."""

    def __init__(self, limits: Limits, clock: Callable[[], float]) -> None:
        self._limits = limits
        self._clock = clock
        self._lanes: dict[str, Lane] = {}
        self._most = _FEW

    def __len__(self) -> int:
        return len(self._lanes)

    def of(self, chat: str) -> Lane:
        lane = self._lanes.get(chat)
        if lane is None:
            if len(self._lanes) >= self._most:
                self._forget()
            lane = self._lanes[chat] = self._new(chat)
        return lane

    def _new(self, chat: str) -> Lane:
        limits, now = self._limits, self._clock()
        rate, burst = (limits.group, limits.group_burst) if is_group(chat) else (limits.private, limits.private_burst)
        return Lane(Allowance(rate, burst, limits.spare, now), limits.waiting, self._clock)

    def _forget(self) -> None:
        now = self._clock()
        self._lanes = {chat: lane for chat, lane in self._lanes.items() if not lane.forgettable(now)}
        self._most = max(_FEW, 2 * len(self._lanes))


def is_group(chat: str) -> bool:
    """Whether it is a group or channel: their ids are negative, and only they are called by name."""
    return not chat.isdigit()
