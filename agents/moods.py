"""Moods of a turn, read and heard beside the answer: nothing waits for them, and they end with the turn."""

from __future__ import annotations

import asyncio
from typing import Any

from agents.errors import ModelLate
from agents.ports import Sense, Senses, Sound
from agents.sensing import Sensed, Sensing
from agents.values import Observation, ObservationKind, Outcome

__all__ = ["Moods"]

_LONGEST = 2_000  # characters of a text whose mood is read


class Moods:
    """The moods of one turn. Without models for them it does nothing."""

    def __init__(self, senses: Senses, sensing: Sensing) -> None:
        self._senses = senses
        self._sensing = sensing
        self._tasks: dict[asyncio.Task[Sensed], tuple[ObservationKind, int]] = {}

    def read(self, part: int, text: str) -> None:
        """Begin to read the mood of what was typed or said."""
        if text.strip():
            self._begin(ObservationKind.SENTIMENT, self._senses.sentiment_reader, text[:_LONGEST], part)

    def hear(self, part: int, sound: Sound) -> None:
        """Begin to hear the emotion in a voice."""
        self._begin(ObservationKind.EMOTION, self._senses.emotion_reader, sound, part)

    def _begin(self, kind: ObservationKind, model: Sense[Any] | None, item: Any, part: int) -> None:
        if model is not None:
            task = asyncio.create_task(self._sensing.sense(kind, model, item, part))
            self._tasks[task] = (kind, part)

    async def settled(self) -> tuple[Observation, ...]:
        """What was perceived once the answer stands; what is not ready within ``Limits.mood_grace`` is late."""
        if not self._tasks:
            return ()
        await asyncio.wait(self._tasks, timeout=self._sensing.limits.mood_grace)
        found = [task.result() if task.done() else self._late(*place) for task, place in self._tasks.items()]
        await self.stop()
        return tuple(observation for sensed in found for observation in sensed.observations)

    def _late(self, kind: ObservationKind, part: int) -> Sensed:
        return self._sensing.undone(kind, part, Outcome.LATE, ModelLate.code)

    async def stop(self) -> None:
        """Break off what still runs."""
        tasks = list(self._tasks)
        self._tasks.clear()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
