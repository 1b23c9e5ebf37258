"""Turns as JSON lines in UTF-8, one at a time, so that memory does not grow with their number."""

from __future__ import annotations

import json
import os
from collections.abc import AsyncIterator
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from agents.values import Box, Decision, Observation, Reply, Span, Step, Trace
from bot.terminal.plain import escaped
from storage.ports import LoggedPart, LoggedTurn, MediaStore, Rating

__all__ = ["export_file", "export_turns"]

_KINDS = (LoggedTurn, LoggedPart, Observation, Box, Span, Reply, Trace, Decision, Step, Rating)
_FIELDS: dict[type, tuple[str, ...]] = {kind: tuple(field.name for field in fields(kind)) for kind in _KINDS}


async def export_turns(turns: AsyncIterator[LoggedTurn], media: MediaStore, out: BinaryIO) -> int:
    """Write every turn as one line; how many."""
    count = 0
    async for turn in turns:
        out.write(_line(turn, media))
        count += 1
    out.flush()
    return count


async def export_file(turns: AsyncIterator[LoggedTurn], media: MediaStore, path: Path) -> int:
    """The same into a file that only its owner may read, and that is there whole or not at all. Raises OSError."""
    partial = path.with_name(f"{path.name}.partial")
    try:
        with os.fdopen(os.open(partial, os.O_CREAT | os.O_TRUNC | os.O_WRONLY | os.O_CLOEXEC, 0o600), "wb") as out:
            count = await export_turns(turns, media, out)
            os.fsync(out.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    return count


def _line(turn: LoggedTurn, media: MediaStore) -> bytes:
    """Places stay as their own fields: left, top, right, bottom in pixels, or start, end in seconds."""

    def plain(value: Any) -> Any:
        if isinstance(value, datetime):
            return value.isoformat()
        record = {name: getattr(value, name) for name in _FIELDS[type(value)]}
        if isinstance(value, LoggedPart):
            record["path"] = str(media.path(value.media)) if value.media else None
        return record

    text = json.dumps(turn, default=plain, ensure_ascii=False, separators=(",", ":"))
    return escaped(text).encode() + b"\n"
