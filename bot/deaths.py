"""Turns that were under way whenever the process ended: its end may be their doing.

A turn that takes the process along would be the first to be tried by the next one, for ever. How often in a row that
happened is kept as the code of the turn's last failure.
"""

from __future__ import annotations

__all__ = ["APART", "MOST", "SUSPECT", "code_after", "deaths"]

MOST = 25  # ends of the process in a row, after which a turn is given up
SUSPECT = 3  # ends, from which on it is tried alone, so that others under way at the same time clear themselves
APART = 1.0  # seconds between the first tries of those
_CODE = "process-ended-"


def deaths(error: str | None) -> int:
    """How often in a row the process ended while the turn with that last failure was under way."""
    count = (error or "").removeprefix(_CODE)
    return int(count) if (error or "").startswith(_CODE) and count.isdecimal() else 0


def code_after(error: str | None) -> str:
    """The code that tells of one more."""
    return f"{_CODE}{deaths(error) + 1}"
