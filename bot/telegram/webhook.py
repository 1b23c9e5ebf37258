"""What Telegram posts to: an ASGI app that says 200 once the update is kept, so that Telegram brings it again else."""

from __future__ import annotations

import asyncio
import hmac
import json
import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from agents.errors import ParleyError
from bot.web.body import Bodies
from bot.web.bounds import Bounds
from bot.web.refusal import Refused

__all__ = ["webhook_app"]

_log = structlog.get_logger()
_BODY = 1_000_000  # bytes; an update is a text of 4096 characters with what it quotes
_KEEP = 25.0  # seconds; Telegram gives up after 60
_QUIET = 60.0  # seconds between two lines of the log about the same
_AGAIN = {"Retry-After": "1"}  # seconds
_SECRET = "x-telegram-bot-api-secret-token"  # noqa: S105 - the header's name (https://core.telegram.org/bots/api#setwebhook)

Take = Callable[[Any], Awaitable[None]]


def webhook_app(path: str, secret: str, take: Take) -> ASGIApp:
    """``take`` gets each update as decoded JSON and returns when it is kept; it may raise a ParleyError or OSError."""
    return Bodies(_Posts(path, secret, take), Bounds(small_body=_BODY), frozenset())


class _Posts:
    def __init__(self, path: str, secret: str, take: Take) -> None:
        self._path = path
        self._secret = secret.encode()
        self._keeping = _Keeping(take)
        self._strangers = 0
        self._told = -_QUIET

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            response = await self._answer(Request(scope, receive))
            await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        if request.scope["path"] != self._path:
            return Response(status_code=404)
        if request.method != "POST":
            return Response(status_code=405, headers={"Allow": "POST"})
        if not hmac.compare_digest(request.headers.get(_SECRET, "").encode(), self._secret):
            self._stranger()
            return Response(status_code=403)
        try:
            update = json.loads((await request.body()).decode("utf-8", "replace"))
        except Refused as refused:
            return Response(status_code=refused.status)
        except ClientDisconnect:
            return Response(status_code=400)
        except (ValueError, RecursionError):
            _log.error("webhook posted what is no JSON")
            return Response(status_code=400)
        kept = await self._keeping.keep(update)
        return Response() if kept else Response(status_code=503, headers=_AGAIN)

    def _stranger(self) -> None:
        """However many try, the log has a line a minute."""
        self._strangers += 1
        now = time.monotonic()
        if now - self._told >= _QUIET:
            _log.warning("webhook posted to with a wrong secret", times=self._strangers)
            self._strangers, self._told = 0, now


class _Keeping:
    """Keeps each update in a task that is never broken off, since what is committed has to be queued as well. When
    Telegram brings an update again whose task goes on, that one is waited for.
    """

    def __init__(self, take: Take) -> None:
        self._take = take
        self._tasks: dict[object, asyncio.Task[bool]] = {}

    async def keep(self, update: Any) -> bool:
        number = update.get("update_id") if isinstance(update, dict) else None
        key = number if isinstance(number, int) else object()
        task = self._tasks.get(key)
        if task is None:
            task = self._tasks[key] = asyncio.create_task(self._kept(update), name="telegram-webhook")
            task.add_done_callback(partial(self._ended, key))
        await asyncio.wait({task}, timeout=_KEEP)
        return task.done() and task.result()

    def _ended(self, key: object, task: asyncio.Task[bool]) -> None:
        del self._tasks[key]
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("webhook broke", error=type(error).__name__)

    async def _kept(self, update: Any) -> bool:
        try:
            await self._take(update)
        except (ParleyError, OSError) as exc:
            code = exc.code if isinstance(exc, ParleyError) else type(exc).__name__
            _log.error("update not kept, telegram will bring it again", error=code)
            return False
        return True
