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
from agents.ports import Found, Sense
from agents.recording import Recorder, instead
from agents.trouble import Trouble
from agents.values import Finding, Observation, ObservationKind, Outcome, Perceived

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
        return self._told(observations, trouble)

    def undone(self, kind: ObservationKind, part: int, outcome: Outcome, code: str) -> Sensed:
        """What a sense could not even begin on."""
        with self.recorder.step(f"perceive {kind}", said=f"part {part}") as note:
            note.error = code
        return self._told([could_not(kind, outcome, part, code=code)], Trouble(code))

    def _told(self, observations: Sequence[Observation], trouble: Trouble | None) -> Sensed:
        for observation in observations:
            self.emit(Perceived(observation))
        return Sensed(tuple(observations), trouble)
