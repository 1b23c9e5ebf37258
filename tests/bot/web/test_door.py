"""The door itself: opened, asked how it is, and shut in bounded time whatever is under way."""

from __future__ import annotations

import asyncio
import socket
import sqlite3
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from bot.door import AddressUnusable, Door
from bot.models import Loaded
from bot.settings import Settings
from bot.web.door import WebDoor
from bot.web.hub import Hub
from bot.worded import worded
from tests.bot.web.raw import Raw
from tests.bot.web.reader import reading
from tests.bot.web.site import Browser, Site, opened
from tests.waiting import until

FORM = {"Content-Length": "9000", "Content-Type": "multipart/form-data; boundary=x"}
pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_it_is_a_door(site: Site) -> None:
    offered: Door = site.door
    assert offered is site.door


async def test_a_port_that_is_taken_is_named_with_its_setting(site: Site) -> None:
    port = int(site.door.address.rpartition(":")[2])
    second = WebDoor(_nothing, Hub(), "127.0.0.1", port)
    with pytest.raises(AddressUnusable) as refused:
        await second.start()
    line = worded(refused.value, Settings(_env_file=None))
    assert line == f"PARLEY_HTTP_PORT: port {port} is taken by another program; choose another one, or 0 for any."
    await second.stop()


@pytest.mark.parametrize(("host", "setting"), [("192.0.2.1", "PARLEY_HTTP_HOST"), ("::1", None), ("localhost", None)])
async def test_it_listens_where_it_is_told(host: str, setting: str | None) -> None:
    door = WebDoor(_nothing, Hub(), host, 0)
    if setting is not None:
        with pytest.raises(AddressUnusable) as refused:
            await door.start()
        assert refused.value.setting == setting
        return
    await door.start()
    async with httpx.AsyncClient(trust_env=False) as client:
        assert (await client.get(door.address)).status_code == 204
    await door.stop()
    await door.wait()


async def test_what_is_told_waits_for_no_acknowledgement(site: Site, ada: Browser) -> None:
    async with reading(ada.client):
        assert site.door._serving._server is not None
        connections = site.door._serving._server.server_state.connections
        sockets = [one.transport.get_extra_info("socket") for one in connections]
        assert sockets
        assert all(one.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) for one in sockets)


async def test_alive_is_said_at_once_and_ready_once_turns_can_be_answered(tmp_path: Path) -> None:
    async with opened(tmp_path, started=False) as site:
        client = site.stranger().client
        assert (await client.get("/healthz")).json() == {"status": "alive"}
        starting = {"status": "starting", "models": {"llm": "loading"}, "database": "writable"}
        assert await ready(client) == (503, starting)
        site.readiness.loaded(Loaded("llm", "scripted:echo", 0.1))
        assert await ready(client) == (503, starting | {"models": {"llm": "loaded"}})
        site.readiness.open = True
        assert (await ready(client))[0] == 200
        site.readiness.loaded(Loaded("llm", "scripted:echo", 0.1, "broken"))
        status, told = await ready(client)
        assert (status, told["status"], told["models"]) == (503, "not-ready", {"llm": "failed"})


async def test_a_database_that_cannot_be_written_is_not_ready(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.web.readiness._WRITE", 0.2)
    monkeypatch.setattr("bot.web.readiness._FRESH", 0.0)
    async with opened(tmp_path) as site:
        site.readiness.loaded(Loaded("llm", "scripted:echo", 0.1))
        client = site.stranger().client
        assert (await ready(client))[0] == 200
        other = sqlite3.connect(tmp_path / "parley.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        told = await asyncio.gather(*(ready(client) for _ in range(5)))
        assert {(status, facts["database"]) for status, facts in told} == {(503, "not-writable")}
        other.execute("ROLLBACK")
        other.close()


async def test_it_shuts_in_bounded_time_with_streams_and_uploads_under_way(tmp_path: Path) -> None:
    async with opened(tmp_path) as site:
        site.llm.chat.seconds = 30
        ada = await site.browser()
        async with reading(ada.client) as reader, Raw.of(site, ada) as raw, Raw.of(site, ada) as idle:
            key = await ada.said("a long story")
            await reader.state(key, "working")
            raw.head(
                "POST", "/api/turns", {"Content-Length": "9000", "Content-Type": "multipart/form-data; boundary=x"}
            )
            raw.trickle(b"-" * 100, every=0.05)
            await asyncio.sleep(0.1)
            async with asyncio.timeout(5):
                await site.door.stop()
            with suppress(httpx.RemoteProtocolError):
                while await reader.step() != "end":
                    pass
            assert await idle.closed()
        with pytest.raises(httpx.ConnectError):
            await ada.client.get("/healthz")


async def test_what_breaks_is_answered_in_words_and_logged_without_them(
    site: Site, ada: Browser, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("what somebody said")

    monkeypatch.setattr("bot.web.posts.Posts.say", broken)
    response = await ada.post("hello")
    assert (response.status_code, response.json()["error"]) == (500, "broken")
    assert response.headers["content-security-policy"]
    captured = capfd.readouterr()
    logged = captured.out + captured.err
    assert "ZeroDivisionError" in logged
    assert "what somebody said" not in logged


async def test_a_client_that_goes_away_leaves_nothing_behind(site: Site, ada: Browser) -> None:
    async with Raw.of(site, ada) as raw:
        raw.head("POST", "/api/turns", FORM)
    async with reading(ada.client):
        assert len(hub(site)._chats) >= 1
    await until(lambda: ada.chat not in hub(site)._chats, within=5)


def hub(site: Site) -> Hub:
    return site.door._hub


async def ready(client: httpx.AsyncClient) -> tuple[int, dict[str, object]]:
    response = await client.get("/readyz")
    return response.status_code, response.json()


async def _nothing(scope: object, receive: object, send: object) -> None:
    await send({"type": "http.response.start", "status": 204, "headers": []})  # type: ignore[operator]
    await send({"type": "http.response.body"})  # type: ignore[operator]
