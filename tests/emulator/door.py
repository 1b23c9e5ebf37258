"""The HTTP face: methods and files, as https://core.telegram.org/bots/api#making-requests says."""

from __future__ import annotations

import asyncio
import json
from collections import Counter, deque
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.emulator.calls import Refused, Upload, read_call
from tests.emulator.faults import Fault, Faults
from tests.emulator.limits import Limits
from tests.emulator.methods import Methods
from tests.emulator.spec import Spec
from tests.emulator.world import World

__all__ = ["Call", "Door"]

_CALLS_A_MESSAGE = 50  # how many calls are remembered for each message that is


class _Answered(Exception):
    """The test ordered this very answer."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call as it came, and the status it was answered with (0: the connection was cut)."""

    method: str
    fields: dict[str, Any]
    status: int


class Door:
    """Reads calls, has them carried out, and keeps what came."""

    def __init__(self, world: World, methods: Methods, faults: Faults) -> None:
        self._world = world
        self._methods = methods
        self._faults = faults
        self.calls: deque[Call] = deque(maxlen=None if world.keep is None else world.keep * _CALLS_A_MESSAGE)
        self.counted: Counter[str] = Counter()
        self._spec = Spec.at_hand()
        self.limits: Limits | None = None
        self.answered = asyncio.Condition()
        self.violations: list[str] = []

    def application(self) -> web.Application:
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_route("*", "/bot{token}/{method}", self._method)
        app.router.add_get("/file/bot{token}/{path:.+}", self._file)
        return app

    async def _method(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        fields, files = await _read(request)
        try:
            self._check_token(request)
            fault = self._faults.meet(method, _number(fields.get("chat_id")))
            await _suffer(fault, after=False)
            if self.limits is not None:
                self.limits.meet(method, _number(fields.get("chat_id")))
            self._judge(method, fields, files)
            result = await self._methods.carry_out(read_call(method, fields, files))
            await _suffer(fault, after=True)
        except _Answered as answered:
            await self._note(Call(method, fields, 200))
            return web.Response(text=str(answered))
        except Refused as refused:
            return await self._refuse(method, fields, refused)
        except ConnectionAbortedError:
            return await self._cut(request, method, fields)
        body = json.dumps({"ok": True, "result": result})
        await self._note(Call(method, fields, 200))
        return web.Response(text=body, content_type="application/json")

    async def _file(self, request: web.Request) -> web.StreamResponse:
        path = request.match_info["path"]
        try:
            self._check_token(request)
            await _suffer(self._faults.meet("file", None), after=False)
        except Refused as refused:
            return await self._refuse("file", {"path": path}, refused)
        except ConnectionAbortedError:
            return await self._cut(request, "file", {"path": path})
        data = self._world.files.read(path)
        await self._note(Call("file", {"path": path}, 404 if data is None else 200))
        return web.Response(status=404) if data is None else web.Response(body=data)

    def _check_token(self, request: web.Request) -> None:
        token = request.match_info["token"]
        if token != self._world.token:
            raise Refused(401, "Unauthorized") if ":" in token else Refused(404, "Not Found")

    def _judge(self, method: str, fields: dict[str, Any], files: dict[str, Upload]) -> None:
        problems = self._spec.problems(method, fields, files) if self._spec is not None else ()
        if problems:
            raise Refused(400, f"Bad Request: {'; '.join(problems)}", violation=True)

    async def _note(self, call: Call) -> None:
        async with self.answered:
            self.calls.append(call)
            self.counted[call.method.lower()] += 1
            self.answered.notify_all()

    async def _refuse(self, method: str, fields: dict[str, Any], refused: Refused) -> web.Response:
        await self._note(Call(method, fields, refused.status))
        if refused.violation:
            self.violations.append(f"{method}: {refused.description}")
        body: dict[str, Any] = {"ok": False, "error_code": refused.status, "description": refused.description}
        if refused.parameters:
            body["parameters"] = refused.parameters
        return web.json_response(body, status=refused.status)

    async def _cut(self, request: web.Request, method: str, fields: dict[str, Any]) -> web.Response:
        await self._note(Call(method, fields, 0))
        if request.transport is not None:
            request.transport.abort()
        return web.Response()


async def _suffer(fault: Fault | None, *, after: bool) -> None:
    """Raises what the fault asks for at this point, if anything."""
    if fault is None:
        return
    if not after:
        await asyncio.sleep(fault.delay)
    if fault.after != after:
        return
    if fault.drop:
        raise ConnectionAbortedError
    if fault.retry_after is not None:
        raise Refused(429, f"Too Many Requests: retry after {fault.retry_after}", retry_after=fault.retry_after)
    if fault.body is not None:
        raise _Answered(fault.body)
    if fault.status is not None:
        raise Refused(fault.status, fault.description)


async def _read(request: web.Request) -> tuple[dict[str, Any], dict[str, Upload]]:
    """Parameters from the query, a form, a multipart form, or JSON, and uploaded files."""
    fields: dict[str, Any] = dict(request.query)
    files: dict[str, Upload] = {}
    if request.content_type == "application/json":
        return fields | json.loads(await request.text() or "{}"), files
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            files[name] = Upload(value.filename, value.file.read())
        else:
            fields[name] = value if isinstance(value, str) else bytes(value).decode()
    return fields, files


def _number(value: object) -> int | None:
    text = str(value)
    return int(text) if text.lstrip("-").isdigit() else None
