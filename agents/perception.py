"""The senses of a turn, in parallel under deadlines. A sense that fails or is late becomes an observation too."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from agents.album import Album
from agents.enclosing import Enclosing
from agents.enclosures import Enclosure, enclose
from agents.errors import MediaUnreadable, ModelError, ModelLate
from agents.limits import Limits
from agents.moods import Moods
from agents.ports import Decoder, Question, Sense, Senses, Sound
from agents.routing import Planned
from agents.sensing import Sensed, Sensing
from agents.trouble import Trouble
from agents.values import Observation, ObservationKind, Outcome, Photo, Turn, Voice

__all__ = ["Perceiver", "Perception", "in_order"]

_ORDER = list(ObservationKind)


@dataclass(frozen=True, slots=True)
class Perception:
    """Observations by part, then kind; ``troubles`` tells by (part, kind) what went wrong.

    ``enclosures`` are the media that the language model is given itself, by part.
    """

    observations: tuple[Observation, ...] = ()
    troubles: dict[tuple[int, ObservationKind], Trouble] = field(default_factory=dict)
    enclosures: tuple[Enclosure, ...] = ()

    def and_also(self, other: Perception) -> Perception:
        return Perception(
            in_order([*self.observations, *other.observations]),
            self.troubles | other.troubles,
            tuple(sorted([*self.enclosures, *other.enclosures], key=lambda enclosure: enclosure.part)),
        )

    def is_shown_whole(self, turn: Turn) -> bool:
        """Whether the language model is given every photo of the turn that could be opened."""
        shown = {enclosure.part for enclosure in self.enclosures if enclosure.is_photo}
        broken = {o.part for o in self.observations if o.outcome is Outcome.UNREADABLE}
        photos = {index for index, part in enumerate(turn.parts) if isinstance(part, Photo)}
        return bool(shown) and photos - broken <= shown

    @classmethod
    def of(cls, part: int, kind: ObservationKind, sensed: Sensed) -> Perception:
        return cls(sensed.observations, {(part, kind): sensed.trouble} if sensed.trouble else {})


def in_order(observations: Sequence[Observation]) -> tuple[Observation, ...]:
    """By part, then kind, then as found."""
    return tuple(sorted(observations, key=lambda o: (o.part, _ORDER.index(o.kind))))


@dataclass(frozen=True, slots=True)
class Perceiver:
    """Perceives the media of one turn."""

    turn: Turn
    senses: Senses
    decoder: Decoder
    limits: Limits
    sensing: Sensing
    moods: Moods

    async def perceive(
        self, planned: Sequence[Planned], enclosing: Enclosing | None = None, question: str = ""
    ) -> Perception:
        """What the planned senses perceive, and the enclosures.

        Never raises an error of a model. A medium is decoded once, off the event loop, and shared by the senses that
        look at it.
        """
        enclosing = enclosing or Enclosing()
        by_part: dict[int, list[ObservationKind]] = {part: [] for part in enclosing.parts}
        for item in planned:
            by_part.setdefault(item.part, []).append(item.kind)
        places = asyncio.Semaphore(5)
        work = _Work(self, enclosing, question, Album())
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(work.part(part, kinds, places)) for part, kinds in by_part.items()]
        return _joined(task.result() for task in tasks)


@dataclass(frozen=True, slots=True)
class _Work:
    perceiver: Perceiver
    enclosing: Enclosing
    question: str
    album: Album

    async def part(self, part: int, kinds: Sequence[ObservationKind], places: asyncio.Semaphore) -> Perception:
        async with places:
            try:
                async with asyncio.timeout(self.perceiver.limits.sense_deadline):
                    item = await self._decoded(part)
            except MediaUnreadable as error:
                return self._undone(part, kinds, Outcome.UNREADABLE, error.reason)
            except TimeoutError:
                return self._undone(part, kinds, Outcome.LATE, ModelLate.code)
            except ModelError as error:
                return self._undone(part, kinds, Outcome.FAILED, error.code)
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(self._sense(part, kind, item)) for kind in kinds]
                if part in self.enclosing.parts:
                    tasks.append(group.create_task(self._enclosed(part, item)))
        return _joined(task.result() for task in tasks)

    async def _decoded(self, part: int) -> Any:
        medium = self.perceiver.turn.parts[part]
        if isinstance(medium, Photo):
            with self.album.leaf():
                return await self.perceiver.decoder.picture(medium.data)
        if isinstance(medium, Voice):
            sound = await self.perceiver.decoder.sound(medium.data)
            if not medium.quoted:
                self.perceiver.moods.hear(part, sound)
            return sound
        raise MediaUnreadable("no-medium")

    def _undone(self, part: int, kinds: Sequence[ObservationKind], outcome: Outcome, code: str) -> Perception:
        sensing = self.perceiver.sensing
        if isinstance(self.perceiver.turn.parts[part], Photo):
            kinds = kinds or (ObservationKind.CAPTION,)  # no sense here looks at it, but its sender has to know
        return _joined(Perception.of(part, kind, sensing.undone(kind, part, outcome, code)) for kind in kinds)

    async def _enclosed(self, part: int, item: Any) -> Perception:
        if isinstance(item, Sound) and item.seconds > self.enclosing.seconds:
            return Perception()
        return Perception(enclosures=(await enclose(part, item, self.enclosing.side),))

    async def _sense(self, part: int, kind: ObservationKind, item: Any) -> Perception:
        model = self._model(kind)
        if kind.is_of_photo and model.card.together > 1:
            await self.album.gathered()
        given = Question(item, self.question) if kind is ObservationKind.ANSWER else item
        sensed = await self.perceiver.sensing.sense(kind, model, given, part)
        if kind is ObservationKind.TRANSCRIPT:
            self._read_mood(part, sensed.observations)
        return Perception.of(part, kind, sensed)

    def _read_mood(self, part: int, heard: Sequence[Observation]) -> None:
        """The mood of what the person said themselves."""
        if not self.perceiver.turn.parts[part].quoted and heard[0].outcome is Outcome.PERCEIVED:
            self.perceiver.moods.read(part, heard[0].text)

    def _model(self, kind: ObservationKind) -> Sense[Any]:
        senses = self.perceiver.senses
        model: Sense[Any] | None = {
            ObservationKind.TRANSCRIPT: senses.transcriber,
            ObservationKind.CAPTION: senses.captioner,
            ObservationKind.ANSWER: senses.visual_qa,
            ObservationKind.TEXT_IN_IMAGE: senses.text_reader,
        }[kind]
        if model is None:
            raise ValueError(f"{kind} was planned without a model for it")
        return model


def _joined(perceptions: Iterable[Perception]) -> Perception:
    found = Perception()
    for perception in perceptions:
        found = found.and_also(perception)
    return found
