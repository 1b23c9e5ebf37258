"""Updates by webhook."""

from __future__ import annotations

import asyncio
import shutil
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import telegram
from aiohttp import web
from telegram.error import BadRequest, Conflict

from tests.emulator import Emulator
from tests.waiting import until


@dataclass
class Bot:
    """A bot's end of a webhook: it answers with what ``statuses`` say, then 200."""

    url: str = ""
    statuses: list[int] = field(default_factory=list)
    taken: list[int] = field(default_factory=list)
    secrets: set[str | None] = field(default_factory=set)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    waiting: int = 0

    async def take(self, request: web.Request) -> web.Response:
        self.secrets.add(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        update = await request.json()
        self.waiting += 1
        await self.gate.wait()
        self.waiting -= 1
        if self.statuses:
            return web.Response(status=self.statuses.pop(0))
        self.taken.append(update["update_id"])
        return web.Response()


@asynccontextmanager
async def listening(tls: ssl.SSLContext | None = None) -> AsyncIterator[Bot]:
    hooked = Bot()
    hooked.gate.set()
    app = web.Application()
    app.router.add_post("/hook", hooked.take)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls).start()
    hooked.url = f"{'https' if tls else 'http'}://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield hooked
    await runner.cleanup()


@pytest.fixture
async def hooked() -> AsyncIterator[Bot]:
    async with listening() as hooked:
        yield hooked


async def test_updates_are_posted_until_they_are_taken(emulator: Emulator, bot: telegram.Bot, hooked: Bot) -> None:
    hooked.statuses = [500, 403]
    await bot.set_webhook(hooked.url, secret_token="a-secret_1")
    posts = [await emulator.user().text(str(n)) for n in range(3)]
    await until(lambda: len(hooked.taken) == 3, 5)
    assert hooked.taken == [post.update_id for post in posts], "a chat's updates keep their order"
    assert hooked.secrets == {"a-secret_1"}
    assert emulator.webhook.attempts == 5
    info = await bot.get_webhook_info()
    assert (info.url, info.pending_update_count) == (hooked.url, 0)
    assert info.last_error_message and "403" in info.last_error_message


async def test_chats_are_posted_at_once_but_no_more_than_asked_for(
    emulator: Emulator, bot: telegram.Bot, hooked: Bot
) -> None:
    hooked.gate.clear()
    await bot.set_webhook(hooked.url, max_connections=2)
    for n in range(1, 4):
        await emulator.user(n, f"person{n}").text("hello")
        await emulator.user(n, f"person{n}").text("hello again")
    await until(lambda: hooked.waiting == 2, 5)
    hooked.gate.set()
    await until(lambda: len(hooked.taken) == 6, 5)


async def test_updates_come_again_on_order_and_wait_while_the_bot_is_away(
    emulator: Emulator, bot: telegram.Bot, hooked: Bot
) -> None:
    await bot.set_webhook(hooked.url)
    posted = await emulator.user().text("once")
    await until(lambda: len(hooked.taken) == 1, 5)
    await emulator.updates.repeat(posted.update_id)
    await until(lambda: len(hooked.taken) == 2, 5)
    await emulator.stop()
    later = await emulator.user().text("while away")
    await emulator.start()
    await until(lambda: len(hooked.taken) == 3, 5)
    assert hooked.taken == [posted.update_id, posted.update_id, later.update_id]


async def test_polling_and_webhook_exclude_each_other(emulator: Emulator, bot: telegram.Bot, hooked: Bot) -> None:
    await bot.set_webhook(hooked.url, allowed_updates=["callback_query"])
    with pytest.raises(Conflict, match="webhook is active"):
        await bot.get_updates()
    await emulator.user().text("not asked for")
    await bot.delete_webhook()
    assert len(await bot.get_updates(allowed_updates=["message"])) == 1
    assert hooked.taken == []


async def test_webhooks_no_bot_may_have_are_refused(emulator: Emulator, bot: telegram.Bot) -> None:
    for url, secret in (("ftp://example.org", None), ("https://example.org", "not a secret!")):
        with pytest.raises(BadRequest):
            await bot.set_webhook(url, secret_token=secret)
    assert len(emulator.violations) == 2


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificate of this test")
async def test_a_certificate_of_ones_own_is_trusted_once_it_was_given(
    emulator: Emulator, bot: telegram.Bot, tmp_path: Path
) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    made = await asyncio.create_subprocess_exec(
        "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
        "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key),
        "-out", str(certificate), stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    assert await made.wait() == 0
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate, key)
    async with listening(tls) as hooked:
        await bot.set_webhook(hooked.url)
        await emulator.user().text("hello")
        await until(lambda: emulator.webhook.error is not None, 5)
        assert hooked.taken == []
        await bot.set_webhook(hooked.url, certificate=certificate.read_bytes())
        await until(lambda: len(hooked.taken) == 1, 5)
        assert (await bot.get_webhook_info()).has_custom_certificate
