"""Moods of a turn, read and heard beside the answer: nothing waits for them, and they end with the turn."""

from __future__ import annotations

import asyncio
from typing import Any

from agents.errors import ModelLate
from agents.ports import Card, Sense, Senses, Sound
from agents.sensing import Sensed, Sensing
from agents.values import Finding, Observation, ObservationKind

__all__ = ["Moods"]

_LONGEST = 2_000  # characters of a text whose mood is read


class Moods:
    """The moods of one turn. Without models for them it does nothing."""

    def __init__(self, senses: Senses, sensing: Sensing) -> None:
        self._senses = senses
        self._sensing = sensing
        self._tasks: list[asyncio.Task[Sensed]] = []
        self._over = asyncio.Event()

    def read(self, part: int, text: str) -> None:
        """Begin to read the mood of what was typed or said."""
        if text.strip():
            self._begin(ObservationKind.SENTIMENT, self._senses.sentiment_reader, text[:_LONGEST], part)

    def hear(self, part: int, sound: Sound) -> None:
        """Begin to hear the emotion in a voice."""
        self._begin(ObservationKind.EMOTION, self._senses.emotion_reader, sound, part)

    def _begin(self, kind: ObservationKind, model: Sense[Any] | None, item: Any, part: int) -> None:
        if model is not None:
            patient = _Patient(model, self._over)
            self._tasks.append(asyncio.create_task(self._sensing.sense(kind, patient, item, part)))

    async def settled(self) -> tuple[Observation, ...]:
        """What was perceived once the answer stands; what is not ready within ``Limits.mood_grace`` is late."""
        if not self._tasks:
            return ()
        await asyncio.wait(self._tasks, timeout=self._sensing.limits.mood_grace)
        self._over.set()
        return tuple(o for sensed in await asyncio.gather(*self._tasks) for o in sensed.observations)

    async def stop(self) -> None:
        """Break off what still runs."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


class _Patient:
    """Fills ``agents.ports.Sense`` with another that is given time until the turn is ``over``."""

    def __init__(self, model: Sense[Any], over: asyncio.Event) -> None:
        self._model = model
        self._over = over

    @property
    def card(self) -> Card:
        return self._model.card

    async def load(self) -> None:
        await self._model.load()

    async def perceive(self, item: Any) -> list[Finding]:
        """Raises ModelLate when the turn was over first."""
        finding, waiting = asyncio.ensure_future(self._model.perceive(item)), asyncio.ensure_future(self._over.wait())
        try:
            await asyncio.wait({finding, waiting}, return_when=asyncio.FIRST_COMPLETED)
            if not finding.done():
                raise ModelLate(self.card.reference, "the turn was over")
            return finding.result()
        finally:
            for each in (finding, waiting):
                each.cancel()
            await asyncio.gather(finding, waiting, return_exceptions=True)

    async def stop(self) -> None:
        await self._model.stop()
