"""Decoding inside this process: where no child process can be made, and in tests. Its time and memory have no bound."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from agents.limits import Limits

if TYPE_CHECKING:
    from PIL.Image import Image

    from agents.ports import DocumentText, Footage, Sound

__all__ = ["InsideDecoder"]


class InsideDecoder:
    """Fills :class:`agents.ports.Decoder` with threads."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits

    async def picture(self, data: bytes) -> Image:
        from agents import pictures

        return await asyncio.to_thread(pictures.decode, data, max_megapixels=self._limits.max_megapixels)

    async def sound(self, data: bytes) -> Sound:
        from agents import sounds

        return await asyncio.to_thread(sounds.decode, data, max_minutes=self._limits.max_minutes)

    async def video(self, data: bytes, frames: int) -> Footage:
        from agents import videos

        limits = self._limits
        return await asyncio.to_thread(
            videos.decode, data, frames=frames, minutes=limits.max_video_minutes, patience=limits.patience
        )

    async def document(self, data: bytes) -> DocumentText:
        from agents import documents

        limits = self._limits
        return await asyncio.to_thread(documents.decode, data, characters=limits.max_document, patience=limits.patience)
