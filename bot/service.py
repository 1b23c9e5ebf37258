"""The assistant as a service: models, desk and doors started in order, and stopped in bounded time."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Coroutine
from contextlib import AsyncExitStack, suppress
from typing import Any, NoReturn

import structlog

from bot.access import Access
from bot.announce import Announcer
from bot.inbox import Desk, Patience
from bot.notices import Notices
from bot.settings import Settings
from bot.signals import ending_at_once
from bot.stopping import Stops
from bot.telegram.channel import TelegramChannel
from bot.telegram.client import TelegramClient
from bot.telegram.door import TelegramDoor
from bot.turns import Turns
from bot.wiring import House, wire
from storage.errors import StorageError
from storage.ports import Inbox

__all__ = ["serve"]

_log = structlog.get_logger()
_SWEEP = 6 * 3600.0  # seconds
_KEPT_DAYS = 7.0  # done rows stay that long, to know a second delivery; Telegram delivers again for a day at most


async def serve(settings: Settings) -> int:
    """Answer on Telegram until SIGINT or SIGTERM; the exit status. Raises TokenRefused and what ``wire`` raises."""
    stop = asyncio.Event()
    announcer = Announcer()
    async with wire(settings) as house:
        announcer.profile(house.models)
        with ending_at_once():  # nothing is under way yet
            await house.models.load(announcer.loaded)
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        await _answer(stop, house, settings, announcer)
    return 0


async def _answer(stop: asyncio.Event, house: House, settings: Settings, announcer: Announcer) -> None:
    assert settings.telegram_bot_token is not None  # noqa: S101 - `run` comes here only with a token
    most = settings.max_media_mb * 1_000_000
    async with AsyncExitStack() as stack:
        client = TelegramClient(settings.telegram_bot_token, settings.telegram_api_base_url, settings.proxy)
        stack.push_async_callback(client.close)
        channel = TelegramChannel(client, most)
        access = Access.of(settings.access)
        admitted = {channel.name: access}
        channels = {channel.name: channel}
        turns = Turns(channels, house.conversing, house.kept.inbox, admitted, house.wording, Stops())
        notices = Notices(channels, admitted, house.wording)
        patience = Patience(settings.attempts, settings.backoff)
        desk = Desk(
            house.kept.inbox, turns.work, notices.buried, notices.delayed, workers=settings.workers, patience=patience
        )
        door = TelegramDoor(client, desk.accept, house.wording, max_bytes=most)
        stack.push_async_callback(desk.stop)
        sweeping = asyncio.create_task(_sweep(house.kept.inbox), name="inbox-sweep")
        stack.callback(sweeping.cancel)
        recovered = await desk.start()
        _log.info("inbox recovered", rows=recovered)
        stack.push_async_callback(door.stop)
        await door.start()
        announcer.up("Telegram", everybody=access.everybody, nobody=not access.everybody and not access.names)
        await _unless(stop, door.wait())


async def _sweep(inbox: Inbox) -> NoReturn:
    """Let done rows go, at start and every few hours."""
    while True:
        try:
            await inbox.expire(_KEPT_DAYS)
        except StorageError as error:
            _log.warning("inbox not swept", code=error.code)
        await asyncio.sleep(_SWEEP)


async def _unless(stop: asyncio.Event, work: Coroutine[Any, Any, None]) -> None:
    """Await ``work``, breaking it off when asked to stop. Raises what ``work`` raises."""
    task, stopping = asyncio.create_task(work), asyncio.create_task(stop.wait())
    await asyncio.wait({task, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if task.done():
        task.result()
        return
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
