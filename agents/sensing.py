"""One sense on one item, under a deadline. A sense that fails or is late becomes an observation too."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from agents.errors import ModelError, ModelLate, ParleyError
from agents.findings import chosen, could_not
from agents.limits import Limits
from agents.montage import combined
from agents.ports import Found, Sense
from agents.recording import Recorder, instead
from agents.trouble import Trouble
from agents.values import Finding, Observation, ObservationKind, Outcome, Perceived, Span

__all__ = ["Sensed", "Sensing"]

Emit = Callable[[Perceived], None]


@dataclass(frozen=True, slots=True)
class Sensed:
    """``trouble`` tells what went wrong, if anything."""

    observations: tuple[Observation, ...]
    trouble: Trouble | None = None


@dataclass(frozen=True, slots=True)
class Sensing:
    """The senses' work in one turn: recorded in its trace, and told as each finishes."""

    limits: Limits
    recorder: Recorder
    emit: Emit

    async def sense(self, kind: ObservationKind, model: Sense[Any], item: Any, part: int) -> Sensed:
        """What the model perceives in the item. Never raises an error of the model."""
        observations, trouble = await self._sensed(kind, model, item, part)
        return self._told(observations, trouble)

    async def look(
        self, kind: ObservationKind, model: Sense[Any], frames: Sequence[tuple[Span, Any]], part: int
    ) -> Sensed:
        """What the model perceives in the frames of a video, all of which it is given at once."""
        found = await asyncio.gather(*(self._sensed(kind, model, item, part) for _, item in frames))
        seen = [(span, observations) for (span, _), (observations, _) in zip(frames, found, strict=True)]
        observations = combined(kind, seen)
        failed = all(o.outcome is not Outcome.PERCEIVED for o in observations)
        return self._told(observations, next((trouble for _, trouble in found if trouble and failed), None))

    def read(self, observation: Observation) -> Sensed:
        """What takes no model to perceive."""
        with self.recorder.step(f"perceive {observation.kind}", said=f"part {observation.part}") as note:
            note.output, note.confidence, note.model = observation.text, observation.confidence, observation.model
        return self._told([observation], None)

    async def _sensed(
        self, kind: ObservationKind, model: Sense[Any], item: Any, part: int
    ) -> tuple[list[Observation], Trouble | None]:
        card, began = model.card, time.perf_counter()
        outcome, trouble = Outcome.NOTHING, None
        findings: list[Finding] = []
        with self.recorder.step(f"perceive {kind}", model=card.reference, said=f"part {part}") as note:
            try:
                async with asyncio.timeout(self.limits.perceiving(item) + self.limits.late_grace):
                    findings = await model.perceive(item)
                if isinstance(findings, Found):
                    card, note.facts = findings.card, instead(findings.instead)
            except TimeoutError:
                outcome, trouble = Outcome.LATE, Trouble(ModelLate.code)
            except ParleyError as error:
                card = card.of(error.model) if isinstance(error, ModelError) else card
                outcome = Outcome.LATE if isinstance(error, ModelLate) else Outcome.FAILED
                trouble = Trouble.of(error)
            code = trouble.code if trouble else None
            seconds = time.perf_counter() - began
            observations = chosen(kind, findings, card, seconds, part)
            if not observations:
                best = max((finding.confidence for finding in findings), default=0.0)
                observations = [could_not(kind, outcome, part, card.reference, seconds, best, code=code)]
            note.output = "\n".join(o.text for o in observations)
            note.confidence = observations[0].confidence
            note.model, note.error = card.reference, code
        return observations, trouble

    def undone(self, kind: ObservationKind, part: int, outcome: Outcome, code: str) -> Sensed:
        """What a sense could not even begin on."""
        with self.recorder.step(f"perceive {kind}", said=f"part {part}") as note:
            note.error = code
        return self._told([could_not(kind, outcome, part, code=code)], Trouble(code))

    def _told(self, observations: Sequence[Observation], trouble: Trouble | None) -> Sensed:
        for observation in observations:
            self.emit(Perceived(observation))
        return Sensed(tuple(observations), trouble)
