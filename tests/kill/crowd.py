"""People who write in all chats at random moments, one thing after another in each."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Sequence

from tests.kill.acts import Acts
from tests.kill.places import Place

__all__ = ["Crowd"]


class Crowd:
    """``pause``: seconds from one act to the next on average. While ``full`` says so, nobody begins anything."""

    def __init__(
        self, acts: Acts, places: Sequence[Place], chance: random.Random, pause: float, full: Callable[[], bool]
    ) -> None:
        self._acts = acts
        self._places = places
        self._chance = chance
        self._pause = pause
        self._full = full
        self._busy: set[str] = set()
        self._under_way: set[asyncio.Task[None]] = set()
        self.done = 0

    async def run(self) -> None:
        """Until it is cancelled; what was begun is then finished by ``finish``."""
        while True:
            await asyncio.sleep(self._chance.expovariate(1 / self._pause))
            if not self._full():
                self.begin()

    def begin(self) -> None:
        """Have somebody do something in a chat where nobody is at it."""
        place = self._chance.choice(self._places)
        if place.name in self._busy:
            return
        self._busy.add(place.name)
        task = asyncio.create_task(self._acts.any(place))
        self._under_way.add(task)
        task.add_done_callback(lambda ended: self._end(ended, place))

    def check(self) -> None:
        """Raises what something that was done raised."""
        for task in self._under_way:
            if task.done():
                task.result()

    async def finish(self) -> None:
        """Wait for what is begun. Raises what it raised."""
        await asyncio.gather(*self._under_way)

    def _end(self, task: asyncio.Task[None], place: Place) -> None:
        self._busy.discard(place.name)
        if task.cancelled() or task.exception() is None:  # one that failed stays, for ``finish``
            self._under_way.discard(task)
            self.done += 1
