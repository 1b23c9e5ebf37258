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
    "Elsewhere",
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
    OFFLINE = "asking is forbidden by HF_HUB_OFFLINE"
    GONE = "not there"  # the source answers, and has no such repository, file or package
    WRONG = "wrong content"  # size or hash differ from those expected: refused
    CHANGED = "changed since it was locked"  # another content under the commit or branch that was fetched from
    REFUSED = "access refused: it does not exist, or accept its terms at the hub and set HF_TOKEN"
    PRIVATE = "access refused: it does not exist there, or is private"
    MALFORMED = "its list of files cannot be used"
    TOO_MANY = "too many files"
    UNFIT = "no files that this backend loads"
    ABSENT = "no such file there"
    SEVERAL = "several models in one repository: name one with ?file="
    NO_SPACE = "no disk space"
    STALLED = "stalled"


class SourceFailed(ParleyError):
    """A source could not give a model; the next one is tried. ``what`` is the file, repository or package."""

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
    UNCHANGED = "unchanged"  # what its branch is now cannot be had; what was here stays


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
class Elsewhere:
    """The hub does not know the commit that was asked for, another hub's; its ``branch`` is taken, and locked."""

    model: str
    branch: str


@dataclass(frozen=True, slots=True)
class Finished:
    """One model is done. ``instead`` names the stand-in when it took the model's place."""

    model: str
    outcome: Outcome
    seconds: float
    source: str | None = None
    instead: str | None = None


FetchEvent = Waiting | Began | Advanced | Failed | Elsewhere | Finished
Listener = Callable[[FetchEvent], None]
Advance = Callable[[int], None]


def beyond(before: int, advance: Advance) -> Advance:
    """Tell ``advance`` of bytes that come on top of ``before``."""
    return lambda got: advance(before + got)
