"""The committed files of ``tests/data/hostile``, and what is promised of each."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from pathlib import Path

from agents.errors import MediaUnreadable
from agents.ports import Decoder
from tests.data.make_hostile import FOLDER, MANIFEST
from tests.data.making.files import DECODES

__all__ = ["Case", "cases", "outcome", "peak"]


@dataclass(frozen=True, slots=True)
class Case:
    """``fact`` is [width, height] of a photo or the seconds of a recording, where they are promised."""

    file: str
    outcome: str
    fact: list[int] | float | None

    @property
    def sent_as(self) -> str:
        return self.file.partition("/")[0]

    @property
    def data(self) -> bytes:
        return (FOLDER / self.file).read_bytes()


def cases() -> list[Case]:
    return [Case(**told) for told in json.loads(MANIFEST.read_text("utf-8"))]


async def outcome(decoder: Decoder, sent_as: str, data: bytes) -> tuple[str, list[int] | float | None]:
    """What comes of the bytes; any error but MediaUnreadable is the test's to see."""
    try:
        if sent_as == "photo":
            return DECODES, list((await decoder.picture(data)).size)
        if sent_as == "video":
            footage = await decoder.video(data, 4)
            return DECODES, [len(footage.frames), round(footage.read, 3)]
        if sent_as == "document":
            return DECODES, len((await decoder.document(data)).text)
        return DECODES, (await decoder.sound(data)).seconds
    except MediaUnreadable as refusal:
        return refusal.reason, None


async def peak(pid: int) -> int:
    """The most resident memory the process has ever had, in bytes."""
    status = await asyncio.to_thread(Path(f"/proc/{pid}/status").read_text)
    return 1024 * next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))
