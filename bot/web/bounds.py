"""How much the web door takes, of whom, and for how long."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Bounds"]


@dataclass(frozen=True, slots=True)
class Bounds:
    """Sizes in bytes, times in seconds.

    ``file`` bounds one photo or recording; ``text`` is in characters. A body may take ``body_grace`` anyway, then has
    to come at ``pace`` bytes a second, and at most ``body_deadline``. ``uploads`` posts are read at once and
    ``uploads_waiting`` wait for that, each at most ``upload_patience``; ``keeping`` of them are put on disk at once.
    ``waiting`` turns of one chat may be unanswered.
    """

    file: int = 20_000_000
    photos: int = 10
    voices: int = 3
    text: int = 100_000
    small_body: int = 20_000
    body_grace: float = 10.0
    body_deadline: float = 600.0
    pace: float = 4_000.0
    uploads: int = 16
    uploads_waiting: int = 200
    upload_patience: float = 20.0
    keeping: int = 2
    accept_patience: float = 10.0
    waiting: int = 40
    streams: int = 500
    streams_a_chat: int = 8
    ping: float = 15.0
    login_failures: int = 10
    login_failures_overall: int = 500
    login_window: float = 900.0

    @property
    def body(self) -> int:
        """A post with everything in it; its text may take four bytes a character."""
        return 5 * self.file + 4 * self.text + self.small_body
