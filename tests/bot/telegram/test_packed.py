"""A download is neither asked for packed nor unpacked, as a megabyte may hold a gigabyte."""

from __future__ import annotations

import gzip
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from pydantic import SecretStr

from bot.channel import DeliveryFailed
from bot.telegram.client import TelegramClient
from bot.telegram.files import Files

FILE = {"file_id": "photo", "file_unique_id": "one", "file_path": "photos/1.jpg"}
PHOTO = b"photo" * 1000


class FileHost:
    """Hands out one file, packed as ``encoding`` says, whatever is asked for; ``asked`` is what that was."""

    def __init__(self, body: bytes, encoding: str) -> None:
        self.asked: list[str | None] = []
        self._body, self._encoding = body, encoding

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[str]:
        app = web.Application()
        app.router.add_route("*", "/bot1:secret/getFile", self._locate)
        app.router.add_get("/file/bot1:secret/photos/1.jpg", self._hand_out)
        runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        try:
            yield f"http://127.0.0.1:{runner.addresses[0][1]}"
        finally:
            await runner.cleanup()

    async def _locate(self, _: web.Request) -> web.Response:
        return web.json_response({"ok": True, "result": FILE})

    async def _hand_out(self, request: web.Request) -> web.Response:
        self.asked.append(request.headers.get("Accept-Encoding"))
        return web.Response(body=self._body, headers={"Content-Encoding": self._encoding})


async def fetched(host: FileHost) -> bytes:
    async with host.serving() as address:
        client = TelegramClient(SecretStr("1:secret"), address)
        try:
            return await Files(client, max_bytes=len(PHOTO)).fetch("photo")
        finally:
            await client.close()


async def test_a_download_is_asked_for_as_it_is() -> None:
    host = FileHost(PHOTO, "identity")
    assert await fetched(host) == PHOTO
    assert host.asked == ["identity"]


@pytest.mark.parametrize("encoding", ["gzip", "gzip, gzip", "br"])
async def test_a_packed_download_is_refused_once_for_all(encoding: str) -> None:
    host = FileHost(gzip.compress(PHOTO), encoding)
    with pytest.raises(DeliveryFailed) as failed:
        await fetched(host)
    assert not failed.value.retryable
    assert len(host.asked) == 1
