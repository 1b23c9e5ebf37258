"""How a turn went, and what is told while it does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from agents.values.observations import Observation

__all__ = [
    "Answered",
    "Decision",
    "Delta",
    "Event",
    "Perceived",
    "Reply",
    "Restarted",
    "Routed",
    "Step",
    "Trace",
]


@dataclass(frozen=True, slots=True)
class Decision:
    """One routing decision: what was decided (``use whisper``, ``skip``, ...) about what, and why."""

    about: str
    choice: str
    reason: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a turn. ``started`` is seconds since the turn began; ``input``/``output`` are bounded text."""

    name: str
    started: float
    seconds: float
    model: str | None = None
    input: str = ""
    output: str = ""
    confidence: float | None = None
    tokens_in: int | None = None
    tokens_out: int | None = None
    error: str | None = None  # a code of agents.errors, never an exception's text
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Trace:
    """Every step of a turn, enough to run it again under another model or prompt and compare."""

    steps: tuple[Step, ...]
    route: tuple[Decision, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer. ``rests_on`` indexes the turn's observations; ``guarded`` says the grounding guard spoke.

    ``stopped``: its reader wanted no more of it, so it may break off.
    """

    text: str
    language: str
    rests_on: tuple[int, ...] = ()
    guarded: bool = False
    stopped: bool = False


@dataclass(frozen=True, slots=True)
class Routed:
    """The routing decisions so far; sent again whenever more is known (after a transcript, say)."""

    decisions: tuple[Decision, ...]


@dataclass(frozen=True, slots=True)
class Perceived:
    observation: Observation


@dataclass(frozen=True, slots=True)
class Delta:
    """A further piece of the answer's text."""

    text: str


@dataclass(frozen=True, slots=True)
class Restarted:
    """The pieces sent so far are void; the answer begins again."""


@dataclass(frozen=True, slots=True)
class Answered:
    """The last event of every turn."""

    reply: Reply
    observations: tuple[Observation, ...]
    trace: Trace


Event = Routed | Perceived | Delta | Restarted | Answered
