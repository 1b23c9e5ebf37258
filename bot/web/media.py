"""Media of a chat, shown back to it and to nobody else."""

from __future__ import annotations

import asyncio
import io
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.responses import FileResponse, Response

from agents.errors import MediaUnreadable, ModelError
from agents.ports import Decoder
from bot.web.gate import Gate
from bot.web.kinds import true_type
from bot.web.refusal import Refused
from bot.web.timeline import Timelines
from storage.errors import StorageMissing
from storage.ports import MediaStore

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["Gallery"]

_HEADERS = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cache-Control": "private, no-cache",
}
_BEGINNING = 16  # bytes
_LARGEST = (1600, 1600)  # pixels of a picture that is made anew
_AGAIN = 5  # seconds
_AT_ONCE, _WAITING, _PATIENCE = 2, 50, 20.0  # pictures, pictures, seconds


class Gallery:
    """Shows what browsers can show, and makes that of other photos."""

    def __init__(self, media: MediaStore, timelines: Timelines, decoder: Decoder) -> None:
        self._media = media
        self._timelines = timelines
        self._decoder = decoder
        self._making = Gate(_AT_ONCE, _WAITING, _PATIENCE)

    async def show(self, chat: str, key: str) -> Response:
        """The medium as a page may show it. Raises Refused or StorageError."""
        try:
            path = self._media.path(key)
            kind = await self._timelines.refers(chat, key)
            beginning = await asyncio.to_thread(_beginning, path)
        except (StorageMissing, FileNotFoundError) as exc:
            raise Refused("not-found", 404) from exc
        if kind is None:
            raise Refused("not-found", 404)
        if (media_type := true_type(kind, beginning)) is not None:
            inline = {"Content-Disposition": "inline"}
            return FileResponse(path, media_type=media_type, headers=_HEADERS | inline)
        return await self._shown_otherwise(kind, key, path)

    async def _shown_otherwise(self, kind: str, key: str, path: Path) -> Response:
        """A photo that browsers do not show, as a JPEG; what is none, as a file to keep."""
        if kind == "photo" and (made := await self._jpeg(key)) is not None:
            return Response(made, media_type="image/jpeg", headers=_HEADERS | {"Content-Disposition": "inline"})
        attachment = {"Content-Disposition": "attachment"}
        return FileResponse(path, media_type="application/octet-stream", headers=_HEADERS | attachment)

    async def _jpeg(self, key: str) -> bytes | None:
        async with self._making.passed():
            try:
                picture = await self._decoder.picture(await self._media.get(key))
            except MediaUnreadable:
                return None
            except ModelError as exc:
                raise Refused("busy", 503, retry_after=_AGAIN) from exc
            return await asyncio.to_thread(_encoded, picture)


def _beginning(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_BEGINNING)


def _encoded(picture: Image) -> bytes:
    picture.thumbnail(_LARGEST)
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=85)
    return file.getvalue()
