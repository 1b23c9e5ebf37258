"""How often and how long the desk tries a row that fails, and how a failure is told to it."""

from __future__ import annotations

from dataclasses import dataclass

from agents.errors import ParleyError

__all__ = ["NotYet", "Patience", "RowFailed"]

_LONGEST_PAUSE = 60.0  # seconds between two tries


@dataclass(frozen=True, slots=True)
class Patience:
    """How often and how long a row is tried.

    ``attempts`` bounds tries that fail by the turn itself; failures of the world around it (the channel or the disk,
    ``RowFailed.outside``) are waited out for ``hours``. ``backoff`` is seconds before the second try.
    """

    attempts: int = 4
    backoff: float = 1.0
    hours: float = 24.0

    def pause(self, attempt: int) -> float:
        return float(min(_LONGEST_PAUSE, self.backoff * 2 ** min(attempt - 1, 10)))

    def exhausted(self, waited: float, attempt: int, failure: RowFailed) -> bool:
        """Whether to give up a row that has waited so many seconds."""
        if not failure.retryable:
            return True
        if failure.outside:
            return waited > self.hours * 3600
        return attempt >= self.attempts


class RowFailed(ParleyError):
    """Working on a row failed. ``outside``: the channel or storage is in trouble, not this row."""

    def __init__(self, code: str, *, retryable: bool, outside: bool = False, pause: float | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.retryable = retryable
        self.outside = outside
        self.pause = pause


class NotYet(ParleyError):
    """The row waits for others, which is no failure however long it takes. ``pause`` in seconds."""

    def __init__(self, code: str, pause: float) -> None:
        super().__init__(code)
        self.code = code
        self.pause = pause
