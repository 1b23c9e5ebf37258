"""Bounds on what another host sends: how long a list of files may be and take, and how slowly a file may grow."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from agents.models.sources.progress import Reason, SourceFailed

if TYPE_CHECKING:
    import httpx

__all__ = ["Pace", "bounded"]

_LONGEST_LIST = 16 << 20  # bytes
_LONGEST_LISTING = 60.0  # seconds
_STALLED_AFTER = 120.0  # seconds in which a file grew by less than
_STALLED_BELOW = 64 << 10  # bytes


def bounded(response: httpx.Response) -> bytes:
    """The body of a list of files. Raises SourceFailed where it is too long, or takes too long."""
    body, ends = bytearray(), time.monotonic() + _LONGEST_LISTING
    for piece in response.iter_bytes():
        body += piece
        if len(body) > _LONGEST_LIST:
            raise SourceFailed(Reason.MALFORMED, "list of files")
        if time.monotonic() > ends:
            raise SourceFailed(Reason.STALLED, "list of files")
    return bytes(body)


class Pace:
    """Ends a download that trickles: each byte comes in time, and the file never."""

    def __init__(self, name: str, stalled_after: float = _STALLED_AFTER) -> None:
        self._name = name
        self._stalled_after = stalled_after
        self._since, self._got = time.monotonic(), 0

    def keep(self, got: int) -> None:
        """Raise SourceFailed where too little came since long. ``got`` is how many bytes of the file are here."""
        if got - self._got >= _STALLED_BELOW:
            self._since, self._got = time.monotonic(), got
        elif time.monotonic() - self._since > self._stalled_after:
            raise SourceFailed(Reason.STALLED, self._name)
