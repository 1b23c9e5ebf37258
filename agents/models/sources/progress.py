"""What fetching models tells whoever watches: plain values, worded and drawn by the door that listens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from agents.errors import ParleyError

__all__ = [
    "Advance",
    "Advanced",
    "Began",
    "Failed",
    "FetchEvent",
    "Finished",
    "Listener",
    "Outcome",
    "Reason",
    "SourceFailed",
    "Waiting",
    "beyond",
]


class Reason(StrEnum):
    """Why a source did not give a model."""

    UNREACHABLE = "unreachable"
    OFFLINE = "offline"  # asked for by HF_HUB_OFFLINE
    GONE = "gone"  # the source answers, and has no such file or package
    WRONG = "wrong content"  # size or sha256 differ from the catalogue's: refused
    NO_SPACE = "no disk space"
    STALLED = "stalled"


class SourceFailed(ParleyError):
    """A source could not give a model; the next one is tried. ``what`` is the file or package."""

    code = "model-source-failed"

    def __init__(self, reason: Reason, what: str) -> None:
        super().__init__(f"{what}: {reason}")
        self.reason = reason
        self.what = what


class Outcome(StrEnum):
    """How fetching one model ended."""

    KEPT = "kept"  # it was here, and its hashes are right
    FETCHED = "fetched"
    STAND_IN = "stand-in"  # every source failed; its stand-in is here instead
    MISSING = "missing"  # neither it nor a stand-in is here


@dataclass(frozen=True, slots=True)
class Waiting:
    """Another process is fetching into the same store."""


@dataclass(frozen=True, slots=True)
class Began:
    """A source begins. ``bytes`` is what it has to give, ``done`` what is kept of an earlier try."""

    model: str
    source: str
    bytes: int
    done: int = 0


@dataclass(frozen=True, slots=True)
class Advanced:
    """``done`` bytes of the source's are here, those of earlier tries included."""

    model: str
    done: int


@dataclass(frozen=True, slots=True)
class Failed:
    """A source failed; the next is tried."""

    model: str
    source: str
    what: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Finished:
    """One model is done. ``instead`` names the stand-in when it took the model's place."""

    model: str
    outcome: Outcome
    seconds: float
    source: str | None = None
    instead: str | None = None


FetchEvent = Waiting | Began | Advanced | Failed | Finished
Listener = Callable[[FetchEvent], None]
Advance = Callable[[int], None]


def beyond(before: int, advance: Advance) -> Advance:
    """Tell ``advance`` of bytes that come on top of ``before``."""
    return lambda got: advance(before + got)
