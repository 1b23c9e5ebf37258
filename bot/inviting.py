"""Invites: codes that let people in, made by an operator or an admin."""

from __future__ import annotations

import re
import secrets
from datetime import UTC, datetime, timedelta

from storage.ports import Invite, People

__all__ = ["MOST_DAYS", "MOST_PEOPLE", "invite", "is_code"]

MOST_PEOPLE, MOST_DAYS = 10_000, 365
_BYTES = 12  # of chance in a code: 16 signs that a link of Telegram's may hold
_CODE = re.compile(r"[A-Za-z0-9_-]{16}")


async def invite(people: People, *, count: int, days: float, by: str, label: str = "") -> tuple[str, Invite]:
    """A code that lets ``count`` people in within so many days, and what is kept of it. Raises StorageError."""
    code = secrets.token_urlsafe(_BYTES)
    until = datetime.now(UTC) + timedelta(days=days)
    return code, await people.invite(code, Invite(0, label, count, until, by))


def is_code(text: str) -> bool:
    """Whether it looks like a code."""
    return _CODE.fullmatch(text) is not None
