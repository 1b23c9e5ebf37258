"""Column types: what keeps text storable and times aware, whatever is handed in."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, Text
from sqlalchemy.types import TypeDecorator

__all__ = ["CleanText", "Id", "UtcDateTime", "finite", "in_utc", "storable"]

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")

Id = BigInteger().with_variant(Integer(), "sqlite")  # SQLite counts up by itself only in a column called INTEGER


def storable(text: str) -> str:
    """The text with NUL and lone surrogates, which UTF-8 databases cannot hold, replaced by U+FFFD."""
    return _UNSTORABLE.sub("\ufffd", text)


def finite(number: float) -> float:
    """The number, or 0 for one that is not finite, which JSON and databases cannot hold."""
    return number if math.isfinite(number) else 0.0


def in_utc(time: datetime) -> datetime:
    """The time in UTC. A naive time is a programming error and raises ValueError."""
    if time.tzinfo is None:
        raise ValueError("a time without its zone")
    return time.astimezone(UTC)


class CleanText(TypeDecorator[str]):
    """Text of any length, made storable on its way in."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else storable(value)


class UtcDateTime(TypeDecorator[datetime]):
    """Stored in UTC, aware in Python; see ``in_utc``."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else in_utc(value)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        # SQLite's own type drops the zone.
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
