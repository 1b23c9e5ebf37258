"""Dates as operators write and read them: ISO 8601, in the machine's own zone unless another is given."""

from __future__ import annotations

from datetime import date, datetime, timedelta

__all__ = ["DateInvalid", "moment", "shown"]


class DateInvalid(ValueError):
    """Text that is no ISO date; the message says what is expected."""


def moment(text: str, *, whole_day: bool = False) -> datetime:
    """The aware moment an ISO date or time names. A date alone is its beginning, its end with ``whole_day``."""
    try:
        if len(text) == len("2026-01-31"):
            day = date.fromisoformat(text) + timedelta(days=1 if whole_day else 0)
            return datetime(day.year, day.month, day.day).astimezone()
        return datetime.fromisoformat(text).astimezone()
    except (ValueError, OverflowError) as error:
        raise DateInvalid(f"{text!r} is no date; write 2026-01-31 or 2026-01-31T09:30") from error


def shown(moment: datetime | None) -> str:
    """The moment in the machine's zone, to the second; empty for none."""
    return moment.astimezone().isoformat(sep=" ", timespec="seconds") if moment else ""
