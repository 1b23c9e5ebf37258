"""Where the calls of a scheduler end in tests: it notes when each came, and answers 429 when told to."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field
from datetime import timedelta

from telegram.error import RetryAfter, TelegramError

from bot.telegram.pacing import Call, Limits, Scheduler, Urgency

__all__ = ["SMALL", "Made", "Wire"]

SMALL = Limits(overall=10, overall_burst=6, private=1, private_burst=2, group=0.5, group_burst=1, spare=2, waiting=3)


@dataclass(frozen=True)
class Made:
    """A call that got to Telegram ``at`` seconds after the wire began, ``refused`` (if it was) for so many."""

    at: float
    chat: str | None
    what: object
    refused: float = 0.0


@dataclass
class Wire:
    """Calls take ``took`` seconds; those in ``faults``, by chat, method or both, are refused for the seconds there."""

    limits: Limits = field(default_factory=Limits)
    took: float = 0.0
    faults: dict[str, deque[float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._began = self._loop.time()
        self.scheduler = Scheduler(self.limits, self._loop.time)
        self.made: list[Made] = []

    @property
    def now(self) -> float:
        return self._loop.time() - self._began

    def fail(self, which: str, *seconds: float) -> None:
        """``which`` is ``<chat>``, ``<method>`` or ``<chat> <method>``."""
        self.faults.setdefault(which, deque()).extend(seconds)

    async def call(
        self,
        chat: str | None,
        what: object = "",
        *,
        method: str = "sendMessage",
        urgency: Urgency | None = None,
        within: float | None = None,
    ) -> float | TelegramError:
        """When it was through, or how it was refused."""

        async def make() -> float:
            for name in (chat, method, f"{chat} {method}"):
                if name and self.faults.get(name):
                    seconds = self.faults[name].popleft()
                    self.made.append(Made(self.now, chat, what, refused=seconds))
                    raise RetryAfter(timedelta(seconds=seconds))
            self.made.append(Made(self.now, chat, what))
            await asyncio.sleep(self.took)
            return self.now

        try:
            return await self.scheduler.run(method, chat, make, Call(urgency, within))
        except TelegramError as exc:
            return exc

    def whats(self, chat: str) -> list[object]:
        return [made.what for made in self.made if made.chat == chat and not made.refused]

    def times(self, chat: str) -> list[float]:
        return [round(made.at, 3) for made in self.made if made.chat == chat]
