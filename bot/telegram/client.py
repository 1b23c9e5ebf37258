"""The connections to the Bot API: one HTTP pool for its methods, one for file downloads.

Nothing but the settings decides about a proxy: the environment's is not used, and this host is never reached
through one. The bot's token is part of every URL, so libraries that log URLs are silenced here.
"""

from __future__ import annotations

import logging
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from pydantic import SecretStr
from telegram.ext import ExtBot

from agents.http import Client, UnbrokenTransport
from bot.hosts import is_this_host
from bot.telegram.local_files import LocalFiles
from bot.telegram.numbering import Numbering
from bot.telegram.pacing import Call, Limits, PacedCalls, Scheduler
from bot.telegram.request import BotRequest

__all__ = ["TelegramClient"]

_DEADLINES = httpx.Timeout(15.0, connect=10.0, pool=10.0)  # seconds
_LOGGERS = ("telegram", "httpx", "httpcore", "aiohttp")


class TelegramClient:
    """Opens connections on first use; ``bot`` is PTB's, which needs no ``initialize``, and keeps to ``pacing``.

    ``base_url`` is the Bot API's address without a path. ``connections`` bounds simultaneous requests; one of them
    is held by the long poll. ``limits`` are Telegram's own unless given. ``local_files`` is where a server on this
    host that runs with ``--local`` puts files; the attribute of that name is None unless they can be read there.
    ``numbering`` is told of every message that comes or is sent.
    """

    def __init__(
        self,
        token: SecretStr,
        base_url: str,
        proxy: str | None = None,
        *,
        connections: int = 64,
        limits: Limits | None = None,
        local_files: Path | None = None,
    ) -> None:
        _silence_libraries()
        base = base_url.rstrip("/")
        trusted = httpx.create_ssl_context(trust_env=False)
        proxy = None if is_this_host(urlsplit(base).hostname or "") else proxy
        self._request = BotRequest(UnbrokenTransport(trusted, connections, proxy, to_the_end=True), _DEADLINES)
        self.pacing = Scheduler(limits)
        self.bot: ExtBot[Call] = ExtBot(
            token.get_secret_value(),
            base_url=f"{base}/bot",
            base_file_url=f"{base}/file/bot",
            request=self._request,
            get_updates_request=self._request,
            rate_limiter=PacedCalls(self.pacing),
        )
        self.numbering = Numbering()
        self.local_files = LocalFiles.of(local_files, base)
        self.files = Client(UnbrokenTransport(trusted, connections, proxy), _DEADLINES)

    async def close(self) -> None:
        """Close every connection; the client cannot be used again."""
        await self._request.shutdown()
        await self.files.aclose()


def _silence_libraries() -> None:
    """httpx logs URLs at INFO, PTB logs parameters at DEBUG and undecodable answers at ERROR: none may be seen.

    What matters about a call reaches the log by our own events.
    """
    for name in _LOGGERS:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
