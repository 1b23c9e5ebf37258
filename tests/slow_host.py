"""A host that takes its time over every answer, and can wait until as many are asked for at once as a test wants."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Any, Self

from aiohttp import web

from tests.waiting import until

__all__ = ["SlowHost", "break_off"]

_SLOWEST = 0.01  # seconds before an answer begins
_EVENT = b'data: {"choices": [{"index": 0, "delta": {"content": "so "}, "finish_reason": null}]}\n\n'
_ENDED = b'data: {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}\n\ndata: [DONE]\n\n'


class SlowHost:
    """Answers ``body`` as JSON, and every ``.../completions`` with a stream of ``events`` pieces, None for ever."""

    def __init__(self, body: Any = None, events: int | None = 3) -> None:
        self.address = ""
        self.serving = 0
        self.asked = 0
        self.callers: set[Any] = set()
        self._body, self._events = body, events
        self._chance = random.Random(6)
        self._together = 0
        self._enough = asyncio.Event()
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._serve)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.address = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._runner is not None
        await self._runner.cleanup()

    async def gather(self, calls: int) -> None:
        """From now on answer nobody before so many have asked at once. Raises TimeoutError while old calls go on."""
        await until(lambda: not self.serving, 5.0)
        self._together = calls

    def release(self) -> None:
        """Answer, however few have asked."""
        self._enough.set()

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        self.serving += 1
        self.asked += 1
        self.callers.add(request.transport and request.transport.get_extra_info("peername"))
        try:
            await request.read()
            await self._pause()
            return await self._streamed(request) if request.path.endswith("completions") else self._told()
        except ConnectionError:
            return self._told()  # to nobody
        finally:
            self.serving -= 1

    async def _pause(self) -> None:
        if not self._together:
            await asyncio.sleep(self._chance.uniform(0, _SLOWEST))
            return
        if self.serving >= self._together:
            self._enough.set()
        await self._enough.wait()

    def _told(self) -> web.Response:
        return web.json_response(self._body)

    async def _streamed(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        said = 0
        while self._events is None or said < self._events:
            await response.write(_EVENT)
            await asyncio.sleep(self._chance.uniform(0, _SLOWEST / 3))
            said += 1
        await response.write(_ENDED)
        return response


async def break_off(call: Callable[[], Awaitable[Any]], at_once: int, times: int, within: float = 0.03) -> None:
    """Cancel so many calls at a time, so many times, each at a random instant within seconds, some of them twice."""
    chance = random.Random(6)
    for _ in range(times):
        await asyncio.gather(*(_broken_off(call, chance, within) for _ in range(at_once)))


async def _broken_off(call: Callable[[], Awaitable[Any]], chance: random.Random, within: float) -> None:
    async def waiting() -> None:
        await call()

    task = asyncio.create_task(waiting())
    await asyncio.sleep(chance.uniform(0, within))
    for _ in range(chance.randrange(1, 3)):
        task.cancel()
        await asyncio.sleep(0)
    await asyncio.gather(task, return_exceptions=True)
