"""Files that people sent, fetched by the references in their messages."""

from __future__ import annotations

import asyncio

import httpx
from telegram.error import BadRequest

from bot.channel import DeliveryFailed, FileGone, FileTooLarge
from bot.telegram.client import TelegramClient
from bot.telegram.failures import says, translated

__all__ = ["Files"]

_FETCH = 60.0  # seconds for getFile and the download together


class Files:
    """Those beyond ``max_bytes`` are not fetched."""

    def __init__(self, client: TelegramClient, max_bytes: int) -> None:
        self._bot = client.bot
        self._http = client.files
        self._local = client.local_files
        self._max_bytes = max_bytes

    async def fetch(self, ref: str) -> bytes:
        """The bytes behind a file_id. Raises FileGone, FileTooLarge, or DeliveryFailed, within a minute."""
        try:
            async with asyncio.timeout(_FETCH):
                return await self._read(await self._locate(ref))
        except TimeoutError as exc:
            raise DeliveryFailed("fetch took too long", retryable=True) from exc

    async def _locate(self, ref: str) -> str:
        try:
            with translated("getFile"):
                file = await self._bot.get_file(ref)
        except DeliveryFailed as exc:
            if not isinstance(exc.__cause__, BadRequest):
                raise
            raise (FileTooLarge if says(exc.__cause__, "too big") else FileGone)("getFile") from exc
        if file.file_path is None:
            raise FileGone("no path")
        if (file.file_size or 0) > self._max_bytes:
            raise FileTooLarge("by its stated size")
        return file.file_path

    async def _read(self, place: str) -> bytes:
        if self._local is not None and self._local.named_by(place):
            return await self._local.read(place, self._max_bytes)
        return await self._download(place)

    async def _download(self, url: str) -> bytes:
        # httpx errors are not chained: some of them tell the URL, and the URL tells the token
        try:
            async with self._http.stream("GET", url) as response:
                _check(response)
                return await self._body(response)
        except httpx.HTTPError as exc:
            raise DeliveryFailed(f"download: {type(exc).__name__}", retryable=True) from None

    async def _body(self, response: httpx.Response) -> bytes:
        data = bytearray()
        async for chunk in response.aiter_raw():
            data += chunk
            if len(data) > self._max_bytes:
                raise FileTooLarge("while reading")
        return bytes(data)


def _check(response: httpx.Response) -> None:
    status = response.status_code
    if status in {httpx.codes.NOT_FOUND, httpx.codes.GONE, httpx.codes.BAD_REQUEST}:
        raise FileGone(f"download: {status}")
    if status != httpx.codes.OK:
        raise DeliveryFailed(f"download: {status}", retryable=True)
    if response.headers.get("content-encoding", "identity") != "identity":  # a megabyte may unpack to a gigabyte
        raise DeliveryFailed("download: packed, which was not asked for", retryable=False)
