"""The recorder of a turn's trace: every step with what went in, what came out, and how long it took."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from agents.untrusted import shortened
from agents.values import Decision, Step, Trace

__all__ = ["Note", "Recorder", "instead"]

_LONGEST = 8_000  # characters of an input or output that are kept


@dataclass(slots=True)
class Note:
    """What is noted of a step while it runs; the fields are those of ``agents.values.Step``."""

    output: str = ""
    confidence: float | None = None
    tokens_in: int | None = None
    tokens_out: int | None = None
    error: str | None = None
    model: str | None = None
    facts: dict[str, str] = field(default_factory=dict)


def instead(failed: str) -> dict[str, str]:
    """The fact that other models were asked before, and failed."""
    return {"instead": failed} if failed else {}


class Recorder:
    """Steps of one turn, in the order in which they began."""

    def __init__(self) -> None:
        self._began = time.perf_counter()
        self._steps: list[Step] = []

    @contextmanager
    def step(self, name: str, *, model: str | None = None, said: str = "") -> Iterator[Note]:
        """Record what happens inside, also when it is broken off; ``said`` is the step's input.

        ``model`` is the one that is asked; the note's, where another answered.
        """
        note = Note()
        started = time.perf_counter()
        try:
            yield note
        finally:
            self._steps.append(
                Step(
                    name=name,
                    started=started - self._began,
                    seconds=time.perf_counter() - started,
                    model=note.model or model,
                    input=shortened(said, _LONGEST),
                    output=shortened(note.output, _LONGEST),
                    confidence=note.confidence,
                    tokens_in=note.tokens_in,
                    tokens_out=note.tokens_out,
                    error=note.error,
                    facts=dict(note.facts),
                )
            )

    def trace(self, route: Sequence[Decision]) -> Trace:
        steps = sorted(self._steps, key=lambda step: step.started)
        return Trace(tuple(steps), tuple(route), time.perf_counter() - self._began)
