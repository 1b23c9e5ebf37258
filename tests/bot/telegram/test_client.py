"""The connections keep the token to themselves and take no detour nobody asked for."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.said import Said
from bot.telegram.channel import TelegramChannel
from bot.telegram.client import TelegramClient
from bot.telegram.door import TelegramDoor
from tests.bot.telegram.conftest import MAX_BYTES, PACE, Kept, opened, to
from tests.bot.telegram.menus import MENU
from tests.emulator import Emulator


@pytest.fixture
def _loud(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logging.getLogger(), "level", logging.DEBUG)


@pytest.mark.usefixtures("_loud")
async def test_neither_token_nor_words_reach_the_log(
    emulator: Emulator, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    client = TelegramClient(SecretStr(emulator.token), emulator.base_url)
    channel = TelegramChannel(client, MAX_BYTES)
    kept = Kept()
    emulator.fail("getUpdates", status=502)
    emulator.fail("getUpdates", drop=True)
    async with opened(client, kept):
        posted = await emulator.user().photo(b"secret picture", caption="secret words")
        await kept.reach(1)
        await channel.fetch(posted.message["photo"][1]["file_id"])
        for piece in channel.compose(Said("secret answer")):
            await channel.send(to(posted.chat), piece)
        await emulator.user().contact()
        await emulator.updates.emit_raw({"update_id": 700_000_009, "message": {"text": "secret"}})
        await kept.reach(2)
        await asyncio.sleep(0.1)
    await client.close()
    printed = capsys.readouterr()
    for logged in (caplog.text, printed.out, printed.err):
        assert emulator.token.split(":")[1] not in logged
        assert "secret" not in logged


@pytest.mark.usefixtures("_loud")
async def test_a_refused_token_is_not_logged(
    emulator: Emulator, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    client = TelegramClient(SecretStr(emulator.token), emulator.base_url)
    door = TelegramDoor(client, Kept(), MENU, max_bytes=MAX_BYTES, pace=PACE)
    await door.start()
    emulator.fail("getUpdates", status=401, count=9)
    await emulator.user().text("ends the poll under way")
    with pytest.raises(Exception, match="TELEGRAM_BOT_TOKEN") as refused:
        await door.wait()
    await client.close()
    secret = emulator.token.split(":")[1]
    assert secret not in str(refused.getrepr(chain=True))
    assert secret not in caplog.text + "".join(capsys.readouterr())


async def test_the_environments_proxy_is_not_used(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    client = TelegramClient(SecretStr(emulator.token), emulator.base_url + "/")
    posted = await emulator.user().voice(b"ogg")
    channel = TelegramChannel(client, MAX_BYTES)
    assert await channel.fetch(posted.message["voice"]["file_id"]) == b"ogg"
    await client.close()


async def test_this_host_is_never_reached_through_the_proxy(emulator: Emulator) -> None:
    client = TelegramClient(SecretStr(emulator.token), emulator.base_url, proxy="http://127.0.0.1:9")
    assert (await client.bot.get_me()).username == emulator.username
    await client.close()


async def test_a_server_of_this_host_may_tell_paths_beyond_what_telegram_hands_out(
    emulator: Emulator, tmp_path: Path
) -> None:
    large = tmp_path / "photos" / "large.jpg"
    large.parent.mkdir()
    with large.open("wb") as file:
        file.truncate(21_000_000)
    told = {"file_id": "a", "file_unique_id": "b", "file_size": 21_000_000, "file_path": str(large)}
    emulator.fail("getFile", body=json.dumps({"ok": True, "result": told}))
    client = TelegramClient(SecretStr(emulator.token), emulator.base_url, local_files=tmp_path)
    found = (await client.bot.get_file("a")).file_path
    assert client.local_files is not None and found is not None and client.local_files.named_by(found)
    assert len(await client.local_files.read(found, 22_000_000)) == 21_000_000
    await client.close()


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()


@asynccontextmanager
async def relay(port: int, *, socks: bool) -> AsyncIterator[int]:
    """A proxy that takes every connection to ``port`` on this host; its own port."""
    done = asyncio.Event()

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if socks:  # RFC 1928: greeting, then CONNECT to a name
            await reader.readexactly(3)
            writer.write(b"\x05\x00")
            *_, length = await reader.readexactly(5)
            await reader.readexactly(length + 2)
            writer.write(b"\x05\x00\x00\x01" + bytes(6))
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", port)
        both = asyncio.gather(_pipe(reader, far_writer), _pipe(far_reader, writer))
        await done.wait()
        both.cancel()
        for end in (writer, far_writer):
            end.close()
            await end.wait_closed()

    server = await asyncio.start_server(meet, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        done.set()
        await asyncio.sleep(0.05)
        server.close()
        await server.wait_closed()


@pytest.mark.parametrize("scheme", ["http", "socks5"])
async def test_the_settings_proxy_is_used_for_other_hosts(emulator: Emulator, scheme: str) -> None:
    async with relay(emulator.port, socks=scheme == "socks5") as port:
        token = SecretStr(emulator.token)
        client = TelegramClient(token, "http://api.invalid", proxy=f"{scheme}://127.0.0.1:{port}")
        assert (await client.bot.get_me()).username == emulator.username
        await client.close()
