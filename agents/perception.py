"""The senses of a turn, in parallel under deadlines. A sense that fails or is late becomes an observation too."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from agents.album import Album
from agents.enclosing import Enclosing
from agents.enclosures import enclose
from agents.errors import MediaUnreadable, ModelError, ModelLate
from agents.holding import Holding
from agents.limits import Limits
from agents.montage import most_written
from agents.moods import Moods
from agents.perceived import Extent, Perception, joined
from agents.ports import Decoder, DocumentText, Footage, Frame, Question, Sense, Senses, Sound
from agents.routing import Planned
from agents.sensing import Sensed, Sensing
from agents.values import (
    Document,
    Observation,
    ObservationKind,
    Outcome,
    Photo,
    Turn,
    Video,
    Voice,
    is_own,
    is_speech,
)

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["Perceiver"]

_READ = 2  # frames of a video whose text is read
_ASKED = 3  # frames of a video that a question is put about


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
        work = _Work(self, enclosing, question, Album(), Holding(self.limits.held))
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(work.part(part, kinds)) for part, kinds in by_part.items()]
        return joined(task.result() for task in tasks)


@dataclass(frozen=True, slots=True)
class _Work:
    perceiver: Perceiver
    enclosing: Enclosing
    question: str
    album: Album
    holding: Holding

    async def part(self, part: int, kinds: Sequence[ObservationKind]) -> Perception:
        async with self.holding.of(self.perceiver.limits.largest) as share:
            try:
                async with asyncio.timeout(self.perceiver.limits.sense_deadline):
                    item = await self._decoded(part)
            except MediaUnreadable as error:
                return self._undone(part, kinds, Outcome.UNREADABLE, error.reason)
            except TimeoutError:
                return self._undone(part, kinds, Outcome.LATE, ModelLate.code)
            except ModelError as error:
                return self._undone(part, kinds, Outcome.FAILED, error.code)
            await share.keep(item)
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(self._sense(part, kind, item)) for kind in kinds]
                if part in self.enclosing.parts:
                    tasks.append(group.create_task(self._enclosed(part, item)))
        return joined([*(task.result() for task in tasks), Perception(extents=_extents(part, item))])

    async def _decoded(self, part: int) -> Any:
        medium, decoder = self.perceiver.turn.parts[part], self.perceiver.decoder
        match medium:
            case Photo():
                with self.album.leaf():
                    return await decoder.picture(medium.data)
            case Video():
                with self.album.leaf():
                    found: Any = await decoder.video(medium.data, 1 if medium.is_sticker else self._limits.frames)
                if medium.is_sticker:
                    return _first(found)
            case Voice():
                found = await decoder.sound(medium.data)
            case Document():
                return await decoder.document(medium.data)
            case _:
                raise MediaUnreadable("no-medium")
        sound = found.sound if isinstance(found, Footage) else found
        if is_speech(medium) and sound is not None:
            self.perceiver.moods.hear(part, sound)
        return found

    @property
    def _limits(self) -> Limits:
        return self.perceiver.limits

    def _undone(self, part: int, kinds: Sequence[ObservationKind], outcome: Outcome, code: str) -> Perception:
        sensing = self.perceiver.sensing
        if isinstance(self.perceiver.turn.parts[part], Photo | Video):
            kinds = kinds or (ObservationKind.CAPTION,)  # no sense here looks at it, but its sender has to know
        return joined(Perception.of(part, kind, sensing.undone(kind, part, outcome, code)) for kind in kinds)

    async def _enclosed(self, part: int, item: Any) -> Perception:
        if isinstance(item, Sound) and item.seconds > self.enclosing.seconds:
            return Perception()
        return Perception(enclosures=(await enclose(part, item, self.enclosing.side),))

    async def _sense(self, part: int, kind: ObservationKind, item: Any) -> Perception:
        if isinstance(item, DocumentText):
            return Perception.of(part, kind, self.perceiver.sensing.read(_written(part, item)))
        model = self._model(kind)
        if kind.is_of_photo and model.card.together > 1:
            await self.album.gathered()
        sensed = await self._sensed(part, kind, model, item)
        if kind is ObservationKind.TRANSCRIPT:
            self._read_mood(part, sensed.observations)
        return Perception.of(part, kind, sensed)

    async def _sensed(self, part: int, kind: ObservationKind, model: Sense[Any], item: Any) -> Sensed:
        sensing = self.perceiver.sensing
        if isinstance(item, Footage):
            if not kind.is_of_speech:
                frames = await asyncio.to_thread(_chosen, kind, item.frames)
                return await sensing.look(kind, model, [(f.span, self._given(kind, f.picture)) for f in frames], part)
            item = item.sound
            if item is None:
                return sensing.undone(kind, part, Outcome.NOTHING, "no-sound")
        return await sensing.sense(kind, model, self._given(kind, item), part)

    def _given(self, kind: ObservationKind, item: Any) -> Any:
        return Question(item, self.question) if kind is ObservationKind.ANSWER else item

    def _read_mood(self, part: int, heard: Sequence[Observation]) -> None:
        """The mood of what the person said themselves."""
        if is_own(self.perceiver.turn.parts[part]) and heard[0].outcome is Outcome.PERCEIVED:
            self.perceiver.moods.read(part, heard[0].text)

    def _model(self, kind: ObservationKind) -> Sense[Any]:
        senses = self.perceiver.senses
        model: Sense[Any] | None = {
            ObservationKind.TRANSCRIPT: senses.transcriber,
            ObservationKind.SOUNDTRACK: senses.transcriber,
            ObservationKind.CAPTION: senses.captioner,
            ObservationKind.ANSWER: senses.visual_qa,
            ObservationKind.TEXT_IN_IMAGE: senses.text_reader,
        }[kind]
        if model is None:
            raise ValueError(f"{kind} was planned without a model for it")
        return model


def _chosen(kind: ObservationKind, frames: Sequence[Frame]) -> Sequence[Frame]:
    """The frames of a video that are looked at for this."""
    if kind is ObservationKind.TEXT_IN_IMAGE:
        return most_written(frames, _READ)
    if kind is ObservationKind.ANSWER and len(frames) > _ASKED:
        return [frames[place * (len(frames) - 1) // (_ASKED - 1)] for place in range(_ASKED)]
    return frames


def _first(footage: Footage) -> Image:
    """What a sticker shows. Raises MediaUnreadable."""
    if not footage.frames:
        raise MediaUnreadable("not-video")
    return footage.frames[0].picture


def _written(part: int, document: DocumentText) -> Observation:
    model = "text-layer" if document.pages else "plain-text"
    return Observation(ObservationKind.DOCUMENT_TEXT, document.text, 1.0, model, 0.0, part)


def _extents(part: int, item: object) -> dict[int, Extent]:
    if isinstance(item, Footage):
        return {part: Extent(item.seconds, item.read, item.read < item.seconds, is_of_video=True)}
    if isinstance(item, DocumentText):
        return {part: Extent(item.pages, item.read, item.cut, item.blank)}
    return {}
