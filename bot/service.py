"""The assistant as a service: models, desk and doors started in order, and stopped in bounded time."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Coroutine, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NoReturn

import structlog

from bot.access import Access
from bot.announce import Announcer
from bot.channel import Channel
from bot.deciding import Groups
from bot.door import Door
from bot.inbox import Desk
from bot.long_waits import telling_of_long_waits
from bot.mending import Mending
from bot.models import Loaded
from bot.notices import Notices
from bot.patience import Patience
from bot.reception import Reception
from bot.settings import Settings
from bot.signals import ending_at_once
from bot.stopping import Stops
from bot.transcripts import Transcripts
from bot.wiring import House, wire
from storage.assembly import Storage
from storage.errors import StorageError

if TYPE_CHECKING:
    from bot.telegram.client import TelegramClient
    from bot.web.assembly import Web
    from bot.web.door import WebDoor
    from bot.web.readiness import Readiness

__all__ = ["serve"]

_log = structlog.get_logger()
_SWEEP = 6 * 3600.0  # seconds
_KEPT_DAYS = 7.0  # done rows stay that long, to know a second delivery; Telegram delivers again for a day at most


async def serve(settings: Settings) -> int:
    """Answer at every door the settings open until SIGINT or SIGTERM; the exit status.

    Raises TokenRefused, AddressUnusable and what ``wire`` raises.
    """
    announcer = Announcer()
    async with wire(settings) as house, AsyncExitStack() as stack:
        service = _Service(settings, house, announcer, stack)
        await service.open_web()
        announcer.profile(house.models)
        with ending_at_once():  # nothing is under way yet, and what was posted meanwhile is kept
            await house.models.load(service.loaded)
        stop = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        await service.run(stop)
    return 0


class _Service:
    """The parts of one running assistant; ``stack`` takes them down in reverse order."""

    def __init__(self, settings: Settings, house: House, announcer: Announcer, stack: AsyncExitStack) -> None:
        self._settings = settings
        self._house = house
        self._announcer = announcer
        self._stack = stack
        self._stops = Stops()
        self._mending = Mending(house.models.load_one, self.loaded)
        self._readiness: Readiness | None = None
        self._web_door: WebDoor | None = None
        self._telegram = self._telegram_client()
        self._web = self._web_chat()
        self._access = {"telegram": Access.of(settings.access), "web": Access(everybody=True)}
        channels = self._channels()
        self._reception = Reception.of(settings, house, channels, self._access, self._stops, self._groups())
        self._notices = notices = Notices(
            channels,
            self._access,
            house.wording,
            refusing={"web"},
            gate=self._reception.gate,
            preferences=self._reception.preferences,
        )
        patience = Patience(settings.attempts, settings.backoff)
        self._desk = Desk(
            house.kept.inbox,
            self._reception.turns.work,
            notices.buried,
            notices.delayed,
            workers=settings.workers or house.models.crowd,
            patience=patience,
            gathering=self._reception.gathering,
        )
        stack.push_async_callback(self._desk.stop)  # the doors come after it, so they are shut before it stops

    async def open_web(self) -> None:
        """Listen while models load: what is posted is kept, and answered once they are there."""
        if self._web is None:
            return
        from bot.metrics.assembly import exposition
        from bot.web.readiness import Readiness

        self._readiness = Readiness(self._house.models.references, self._house.kept.writable)
        self._web_door = await self._web.door(
            self._desk.accept,
            self._stops,
            self._readiness,
            self._house.models.decoder,
            exposition(self._house.models.metrics, self._desk),
        )
        self._stack.push_async_callback(self._web_door.stop)
        await self._web_door.start()

    def loaded(self, model: Loaded) -> None:
        self._announcer.loaded(model)
        self._mending.note(model)
        if self._readiness is not None:
            self._readiness.loaded(model)

    async def run(self, stop: asyncio.Event) -> None:
        """Work until asked to stop, or a door falls shut. Raises what the door raises."""
        self._beside(_sweep(self._house.kept), "storage-sweep")
        self._beside(telling_of_long_waits(self._desk, self._notices.crowded), "long-waits")
        self._beside(self._mending.run(), "models-mending")
        if self._telegram is not None:
            await self._telegram.numbering.learn(self._house.kept.inbox.unfinished())
        recovered = await self._desk.start()
        _log.info("inbox recovered", rows=recovered)
        doors = await self._open_doors()
        if self._readiness is not None:
            self._readiness.open = True
        access = self._access["telegram"]
        self._announcer.up(
            telegram=self._telegram is not None,
            web=None if self._web_door is None else self._web_door.address,
            everybody=access.everybody,
            nobody=not access.everybody and not access.names,
        )
        await _first_of(stop.wait(), *(door.wait() for door in doors))

    def _beside(self, work: Coroutine[Any, Any, None], name: str) -> None:
        """Work that goes on until we stop."""
        self._stack.callback(asyncio.create_task(work, name=name).cancel)

    async def _open_doors(self) -> Sequence[Door]:
        doors: list[Door] = [] if self._web_door is None else [self._web_door]
        if self._telegram is not None:
            from bot.telegram.door import TelegramDoor
            from bot.telegram.hook import Hook

            most, hook = self._settings.max_media_mb * 1_000_000, Hook.of(self._settings)
            telegram = TelegramDoor(
                self._telegram,
                self._desk.accept_all,
                self._reception.menu(),
                max_bytes=most,
                urgent=self._reception.heed_at_once,
                hook=hook,
            )
            self._stack.push_async_callback(telegram.stop)
            await telegram.start()
            doors.append(telegram)
        return doors

    def _telegram_client(self) -> TelegramClient | None:
        settings = self._settings
        if settings.telegram_bot_token is None:
            return None
        from bot.metrics.pacing import PacingCollector
        from bot.telegram.client import TelegramClient
        from bot.telegram.pacing import Limits

        client = TelegramClient(
            settings.telegram_bot_token,
            settings.telegram_api_base_url,
            settings.proxy,
            limits=Limits.at(settings.telegram_rate),
            local_files=settings.telegram_local_files,
        )
        self._house.models.metrics.registry.register(PacingCollector(client.pacing))
        self._stack.push_async_callback(client.close)
        return client

    def _groups(self) -> dict[str, Groups]:
        if self._telegram is None:
            return {}
        from bot.telegram.administrators import Administrators

        return {"telegram": Administrators(self._telegram.bot)}

    def _web_chat(self) -> Web | None:
        if not self._settings.http:
            return None
        from bot.web.assembly import Web

        return Web(self._settings, self._house.kept)

    def _channels(self) -> dict[str, Channel]:
        channels: list[Channel] = [] if self._web is None else [self._web.channel]
        if self._telegram is not None:
            from bot.telegram.channel import TelegramChannel

            settings, house = self._settings, self._house
            heard = Transcripts(house.wording, settings.transcripts, house.kept.preferences)
            most = settings.max_media_mb * 1_000_000
            channels.append(TelegramChannel(self._telegram, most, stream=settings.stream, transcripts=heard))
        return {channel.name: channel for channel in channels}


async def _sweep(kept: Storage) -> NoReturn:
    """Let done rows and what people used on earlier days go, at start and every few hours."""
    while True:
        try:
            await kept.inbox.expire(_KEPT_DAYS)
            await kept.usage.expire(datetime.now(UTC).date() - timedelta(days=_KEPT_DAYS))
        except StorageError as error:
            _log.warning("storage not swept", code=error.code)
        await asyncio.sleep(_SWEEP)


async def _first_of(*waits: Coroutine[Any, Any, object]) -> None:
    """Return as soon as one of them does, breaking the others off. Raises what it raises."""
    tasks = [asyncio.create_task(wait) for wait in waits]
    done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        task.result()
