"""Updates that Telegram brings: kept before they are taken for received, and believed of nobody else."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog

from agents.errors import ParleyError
from bot.incoming import Incoming
from bot.telegram.client import TelegramClient
from bot.telegram.door import TelegramDoor, TokenRefused
from bot.telegram.hook import Hook
from bot.telegram.intake import Accept
from bot.telegram.pace import Pace
from bot.telegram.updates import WANTED
from tests.bot.telegram.conftest import MAX_BYTES, PACE, SECRET, Kept, said
from tests.bot.telegram.menus import MENU
from tests.bot.telegram.messages import message
from tests.emulator import Emulator
from tests.waiting import until

TLS = Path(__file__).parent / "tls"
HEADER = "X-Telegram-Bot-Api-Secret-Token"


@asynccontextmanager
async def served(client: TelegramClient, hook: Hook, accept: Accept, pace: Pace = PACE) -> AsyncIterator[TelegramDoor]:
    door = TelegramDoor(client, accept, MENU, max_bytes=MAX_BYTES, pace=pace, hook=hook)
    await door.start()
    try:
        yield door
    finally:
        await door.stop()


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(trust_env=False, timeout=5) as client:
        yield client


def posted(number: int = 1, **content: Any) -> dict[str, Any]:
    return {"update_id": number, "message": {**message(text=f"number {number}"), "message_id": number, **content}}


async def test_telegram_is_told_where_and_how(emulator: Emulator, client: TelegramClient, hook: Hook) -> None:
    async with served(client, hook, Kept()):
        await emulator.called("setWebhook")
        told = await client.bot.get_webhook_info()
    assert (told.url, told.allowed_updates, told.has_custom_certificate) == (hook.url, WANTED, False)
    assert emulator.webhook.hook is not None and emulator.webhook.hook.secret == SECRET
    assert emulator.count("getUpdates") == 0


async def test_updates_are_received_only_once_they_are_kept(
    emulator: Emulator, client: TelegramClient, hook: Hook
) -> None:
    entered, release, kept = asyncio.Event(), asyncio.Event(), Kept()

    async def accept(said: Sequence[Incoming]) -> list[bool]:
        entered.set()
        await release.wait()
        return await kept(said)

    post = await emulator.user().text("precious")
    async with served(client, hook, accept):
        await entered.wait()
        await asyncio.sleep(0.1)
        assert emulator.updates.unconfirmed == [post.update_id]
        release.set()
        await emulator.updates.confirmed(post.update_id)
    assert said(kept.items) == ["precious"]


async def test_order_inside_a_chat_is_kept_and_chats_do_not_wait_for_one_another(
    emulator: Emulator, client: TelegramClient, hook: Hook
) -> None:
    kept = Kept()
    people = [emulator.user(2000 + number, f"user{number}") for number in range(5)]
    async with served(client, hook, kept):
        for number in range(8):
            for person in people:
                await person.text(str(number))
        await kept.reach(40)
    for person in people:
        theirs = [incoming for incoming in kept.items if incoming.chat == str(person.id)]
        assert said(theirs) == [str(number) for number in range(8)]


@pytest.mark.parametrize("trouble", [ParleyError("disk full"), OSError(28, "No space left on device")])
async def test_what_cannot_be_kept_comes_again(
    emulator: Emulator, client: TelegramClient, hook: Hook, trouble: Exception
) -> None:
    kept, tries = Kept(), list[int]()

    async def accept(said: Sequence[Incoming]) -> list[bool]:
        tries.append(1)
        if len(tries) < 3:
            raise trouble
        return await kept(said)

    post = await emulator.user().text("again")
    async with served(client, hook, accept):
        await emulator.updates.confirmed(post.update_id)
    assert (said(kept.items), len(tries)) == (["again"], 3)
    assert emulator.webhook.error is not None and "503" in emulator.webhook.error[1]


async def test_what_comes_again_while_it_is_being_kept_is_kept_once(
    emulator: Emulator, client: TelegramClient, hook: Hook, monkeypatch: pytest.MonkeyPatch, http: httpx.AsyncClient
) -> None:
    monkeypatch.setattr("bot.telegram.webhook._KEEP", 0.1)
    release, kept = asyncio.Event(), Kept()
    calls = []

    async def accept(said: Sequence[Incoming]) -> list[bool]:
        calls.append(said)
        await release.wait()
        return await kept(said)

    async with served(client, hook, accept):
        statuses = [(await http.post(hook.url, json=posted(), headers={HEADER: SECRET})).status_code for _ in range(2)]
        assert (statuses, len(calls)) == ([503, 503], 1)
        release.set()
        await kept.reach(1)
        assert (await http.post(hook.url, json=posted(), headers={HEADER: SECRET})).status_code == 200
    assert {incoming.key for incoming in kept.items} == {"1001/1"}


async def test_nobody_else_is_believed(
    emulator: Emulator, client: TelegramClient, hook: Hook, http: httpx.AsyncClient
) -> None:
    kept = Kept()
    async with served(client, hook, kept):
        await emulator.called("setWebhook")
        with structlog.testing.capture_logs() as logged:
            for headers in [{}, {HEADER: ""}, {HEADER: SECRET[:-1]}, {HEADER: SECRET + "x"}, {HEADER: b"\xff"}]:
                assert (await http.post(hook.url, json=posted(), headers=headers)).status_code == 403
        elsewhere = await http.post(hook.url + "/x", json=posted(), headers={HEADER: SECRET})
        read = await http.get(hook.url, headers={HEADER: SECRET})
        assert (elsewhere.status_code, read.status_code) == (404, 405)
    assert kept.items == []
    assert [entry["event"] for entry in logged if entry["log_level"] == "warning"] == [
        "webhook posted to with a wrong secret"
    ]


async def test_bodies_that_are_no_update_do_no_harm(
    emulator: Emulator, client: TelegramClient, hook: Hook, http: httpx.AsyncClient
) -> None:
    bodies = {b"": 400, b"{": 400, b"\xff": 400, b"[" * 100_000: 400, b"x" * 1_000_001: 413, b"7": 200, b"null": 200}
    bodies |= {b'{"update_id": 1, "message": {"chat": 3}}': 200, b'{"update_id": [1], "message": null}': 200}
    kept = Kept()
    async with served(client, hook, kept):
        for body, status in bodies.items():
            answer = await http.post(hook.url, content=body, headers={HEADER: SECRET})
            assert (body[:50], answer.status_code) == (body[:50], status)
        await http.post(hook.url, json=posted(), headers={HEADER: SECRET})
        assert said(await kept.reach(1)) == ["number 1"]


async def test_a_defect_is_an_error_and_not_a_receipt(
    emulator: Emulator, client: TelegramClient, hook: Hook, http: httpx.AsyncClient
) -> None:
    async def accept(said: Sequence[Incoming]) -> list[bool]:
        raise ZeroDivisionError

    async with served(client, hook, accept):
        assert (await http.post(hook.url, json=posted(), headers={HEADER: SECRET})).status_code == 500


async def test_what_comes_before_we_are_signed_in_comes_again(
    emulator: Emulator, client: TelegramClient, hook: Hook, http: httpx.AsyncClient
) -> None:
    kept = Kept()
    await emulator.stop()
    async with served(client, hook, kept):
        assert (await http.post(hook.url, json=posted(), headers={HEADER: SECRET})).status_code == 503
        await emulator.start()
        await emulator.user().text("at last")
        assert said(await kept.reach(1)) == ["at last"]


async def test_trouble_while_telegram_is_told_is_named_and_overcome(
    emulator: Emulator, client: TelegramClient, hook: Hook
) -> None:
    kept = Kept()
    emulator.fail("setWebhook", status=502)
    emulator.fail("setWebhook", status=400)
    emulator.fail("setWebhook", drop=True)
    with structlog.testing.capture_logs() as logged:
        async with served(client, hook, kept):
            await emulator.user().text("through it")
            assert said(await kept.reach(1)) == ["through it"]
    assert [entry["event"][:30] for entry in logged if entry["log_level"] == "error"] == [
        "telegram does not take PARLEY_"
    ]


async def test_a_webhook_that_somebody_else_changed_is_set_again(
    emulator: Emulator, client: TelegramClient, hook: Hook
) -> None:
    kept = Kept()
    with structlog.testing.capture_logs() as logged:
        async with served(client, hook, kept, replace(PACE, look=0.2)):
            await emulator.called("setWebhook")
            await client.bot.delete_webhook()
            await emulator.called("setWebhook", 2)
            await emulator.user().text("back")
            assert said(await kept.reach(1)) == ["back"]
    assert any("another program changed" in entry["event"] for entry in logged)


async def test_updates_that_telegram_could_not_bring_are_named(
    emulator: Emulator, client: TelegramClient, hook: Hook
) -> None:
    async def accept(said: Sequence[Incoming]) -> list[bool]:
        raise ParleyError("disk full")

    await emulator.user().text("waits")
    with structlog.testing.capture_logs() as logged:
        async with served(client, hook, accept, replace(PACE, look=0.2)):
            await until(lambda: any(entry.get("pending") == 1 for entry in logged), 5)


async def test_a_token_revoked_meanwhile_is_noticed(emulator: Emulator, client: TelegramClient, hook: Hook) -> None:
    async with served(client, hook, Kept(), replace(PACE, look=0.1)) as door:
        await emulator.called("setWebhook")
        emulator.fail("getWebhookInfo", status=401)
        with pytest.raises(TokenRefused):
            await asyncio.wait_for(door.wait(), 5)


async def test_polling_again_after_a_webhook_loses_nothing(
    emulator: Emulator, client: TelegramClient, hook: Hook
) -> None:
    first, second = Kept(), Kept()
    async with served(client, hook, first):
        await emulator.user().text("brought")
        await first.reach(1)
    await emulator.user().text("fetched")
    door = TelegramDoor(client, second, MENU, max_bytes=MAX_BYTES, pace=PACE)
    await door.start()
    assert said(await second.reach(1)) == ["fetched"]
    await door.stop()


def sealed(hook: Hook) -> Hook:
    url = hook.url.replace("http:", "https:")
    return replace(hook, url=url, cert=TLS / "own.pem", key=TLS / "own-key.pem")


def trusting(certificate: str) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=TLS / certificate)


async def test_own_tls_with_a_certificate_that_telegram_is_given(
    emulator: Emulator, client: TelegramClient, hook: Hook
) -> None:
    kept = Kept()
    async with served(client, sealed(hook), kept):
        await emulator.user().text("sealed")
        assert said(await kept.reach(1)) == ["sealed"]
        assert emulator.webhook.hook and emulator.webhook.hook.certificate == (TLS / "own.pem").read_bytes()


async def test_own_tls_shows_that_certificate_and_nothing_is_answered_without_it(
    client: TelegramClient, hook: Hook
) -> None:
    async with served(client, sealed(hook), Kept()):
        reader, writer = await asyncio.open_connection("127.0.0.1", hook.port, ssl=trusting("own.pem"))
        shown = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
        assert shown == ssl.PEM_cert_to_DER_cert((TLS / "own.pem").read_text())
        writer.write(b"POST /hook HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        assert (await reader.read()).startswith(b"HTTP/1.1 404")
        writer.close()
        await writer.wait_closed()
        with pytest.raises(ssl.SSLCertVerificationError):
            await asyncio.open_connection("127.0.0.1", hook.port, ssl=trusting("issued.pem"))
        async with httpx.AsyncClient(trust_env=False, timeout=5) as http:
            with pytest.raises(httpx.TransportError):
                await http.post(hook.url, content=b"{}")
