"""The senses of a turn, in parallel under deadlines. A sense that fails or is late becomes an observation too."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from agents.errors import MediaUnreadable, ModelError, ModelLate, ParleyError
from agents.findings import chosen, could_not
from agents.limits import Limits
from agents.ports import Card, Decoder, Question, Sense, Senses, Sound
from agents.recording import Recorder
from agents.routing import Planned
from agents.values import Observation, ObservationKind, Outcome, Perceived, Photo, Turn, Voice

__all__ = ["Perception", "in_order", "perceive"]

_ORDER = list(ObservationKind)
Emit = Callable[[Perceived], None]


@dataclass(frozen=True, slots=True)
class Perception:
    """Observations by part, then kind; ``troubles`` tells by (part, kind) the code of what went wrong."""

    observations: tuple[Observation, ...] = ()
    troubles: dict[tuple[int, ObservationKind], str] = field(default_factory=dict)

    def and_also(self, other: Perception) -> Perception:
        return Perception(in_order([*self.observations, *other.observations]), self.troubles | other.troubles)


def in_order(observations: Sequence[Observation]) -> tuple[Observation, ...]:
    """By part, then kind, then as found."""
    return tuple(sorted(observations, key=lambda o: (o.part, _ORDER.index(o.kind))))


async def perceive(
    turn: Turn,
    planned: Sequence[Planned],
    senses: Senses,
    decoder: Decoder,
    limits: Limits,
    recorder: Recorder,
    emit: Emit,
    question: str = "",
) -> Perception:
    """What the planned senses perceive; ``emit`` hears of each as it finishes. Never raises an error of a model.

    A medium is decoded once, off the event loop, and shared by the senses that look at it.
    """
    by_part: dict[int, list[ObservationKind]] = {}
    for item in planned:
        by_part.setdefault(item.part, []).append(item.kind)
    places = asyncio.Semaphore(limits.parts_at_once)
    work = _Work(turn, senses, decoder, limits, recorder, emit, question, _Album())
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(work.part(part, kinds, places)) for part, kinds in by_part.items()]
    found = Perception()
    for task in tasks:
        found = found.and_also(task.result())
    return found


class _Album:
    """Photos that are decoded at the same time go on together, so that a model that takes several gets them at once."""

    def __init__(self) -> None:
        self._decoding = 0
        self._all_decoded = asyncio.Event()

    @asynccontextmanager
    async def leaf(self) -> AsyncIterator[None]:
        """Decode one photo inside; on leaving, the others that are being decoded are waited for."""
        self._decoding += 1
        self._all_decoded.clear()
        try:
            yield
        finally:
            self._decoding -= 1
            if not self._decoding:
                self._all_decoded.set()
        await self._all_decoded.wait()


@dataclass(frozen=True, slots=True)
class _Work:
    turn: Turn
    senses: Senses
    decoder: Decoder
    limits: Limits
    recorder: Recorder
    emit: Emit
    question: str
    album: _Album

    async def part(self, part: int, kinds: Sequence[ObservationKind], places: asyncio.Semaphore) -> Perception:
        async with places:
            try:
                async with asyncio.timeout(self.limits.sense_deadline):
                    item = await self._decoded(part)
            except MediaUnreadable as error:
                return self._undone(part, kinds, Outcome.UNREADABLE, error.reason)
            except TimeoutError:
                return self._undone(part, kinds, Outcome.LATE, ModelLate.code)
            except ModelError as error:
                return self._undone(part, kinds, Outcome.FAILED, error.code)
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(self._sense(part, kind, item)) for kind in kinds]
        found = Perception()
        for task in tasks:
            found = found.and_also(task.result())
        return found

    async def _decoded(self, part: int) -> Any:
        medium = self.turn.parts[part]
        if isinstance(medium, Photo):
            async with self.album.leaf():
                return await self.decoder.picture(medium.data)
        if isinstance(medium, Voice):
            return await self.decoder.sound(medium.data)
        raise MediaUnreadable("no-medium")

    def _undone(self, part: int, kinds: Sequence[ObservationKind], outcome: Outcome, code: str) -> Perception:
        found = Perception()
        for kind in kinds:
            with self.recorder.step(f"perceive {kind}", said=f"part {part}") as note:
                note.error = code
            found = found.and_also(self._done(part, kind, [could_not(kind, outcome, part)], code))
        return found

    async def _sense(self, part: int, kind: ObservationKind, item: Any) -> Perception:
        card, call = self._call(kind, item)
        began = time.perf_counter()
        outcome, code = Outcome.NOTHING, None
        with self.recorder.step(f"perceive {kind}", model=card.reference, said=f"part {part}") as note:
            try:
                async with asyncio.timeout(self._deadline(item)):
                    findings = await call
            except (TimeoutError, ModelLate):
                findings, outcome, code = [], Outcome.LATE, ModelLate.code
            except ParleyError as error:
                findings, outcome, code = [], Outcome.FAILED, error.code
            seconds = time.perf_counter() - began
            observations = chosen(kind, findings, card, seconds, part)
            if not observations:
                best = max((finding.confidence for finding in findings), default=0.0)
                observations = [could_not(kind, outcome, part, card.reference, seconds, best)]
            note.output = "\n".join(o.text for o in observations)
            note.confidence = observations[0].confidence
            note.error = code
        return self._done(part, kind, observations, code)

    def _deadline(self, item: Any) -> float:
        return self.limits.listening(item.seconds) if isinstance(item, Sound) else self.limits.sense_deadline

    def _call(self, kind: ObservationKind, item: Any) -> tuple[Card, Coroutine[Any, Any, list[Any]]]:
        sense: Sense[Any] | None = {
            ObservationKind.TRANSCRIPT: self.senses.transcriber,
            ObservationKind.CAPTION: self.senses.captioner,
            ObservationKind.ANSWER: self.senses.visual_qa,
            ObservationKind.TEXT_IN_IMAGE: self.senses.text_reader,
        }[kind]
        if sense is None:
            raise ValueError(f"{kind} was planned without a model for it")
        given = Question(item, self.question) if kind is ObservationKind.ANSWER else item
        return sense.card, sense.perceive(given)

    def _done(
        self, part: int, kind: ObservationKind, observations: Sequence[Observation], code: str | None
    ) -> Perception:
        for observation in observations:
            self.emit(Perceived(observation))
        return Perception(tuple(observations), {(part, kind): code} if code else {})
