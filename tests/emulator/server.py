"""The emulator's face: an HTTP server, and what tests see of it."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from tests.emulator.calls import Refused, read_call
from tests.emulator.chats import BotMessage, Chats
from tests.emulator.faults import Fault, Faults
from tests.emulator.files import Files
from tests.emulator.methods import Methods
from tests.emulator.people import Person
from tests.emulator.updates import UpdateQueue

__all__ = ["Call", "Emulator"]

TOKEN = "987654321:emulated-token-of-no-value"
BOT: dict[str, Any] = {"id": 987654321, "is_bot": True, "first_name": "Parley", "username": "parley_test_bot"}


class _Answered(Exception):
    """The test ordered this very answer."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call as it came, and the status it was answered with (0: the connection was cut)."""

    method: str
    fields: dict[str, Any]
    status: int


class Emulator:
    """Serves as an async context manager, or between ``start`` and ``stop``; state survives a stop.

    ``violations`` are calls no Bot API would take; a test that expects none should say so.
    """

    def __init__(self, token: str = TOKEN) -> None:
        self.token = token
        self.username: str = BOT["username"]
        self.port = 0
        self.chats = Chats()
        self.files = Files()
        self.updates = UpdateQueue()
        self.faults = Faults()
        self.calls: list[Call] = []
        self._answered = asyncio.Condition()
        self.violations: list[str] = []
        self.methods = Methods(BOT, self.chats, self.files, self.updates)
        self._people: dict[int, Person] = {}
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Listen: on a free port the first time, on the same one ever after."""
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_route("*", "/bot{token}/{method}", self._method)
        app.router.add_get("/file/bot{token}/{path:.+}", self._file)
        # a poll whose bot died must end, so handlers are cancelled with their connection
        self._runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Go away, cutting connections."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    # what tests do

    def user(
        self, id: int = 1001, username: str | None = "ada", locale: str | None = "en", first_name: str = "Ada"
    ) -> Person:
        """The person of that id, who has started the bot; made at the first mention."""
        if id not in self._people:
            entry: dict[str, Any] = {"id": id, "is_bot": False, "first_name": first_name}
            entry |= {"username": username} if username else {}
            entry |= {"language_code": locale} if locale else {}
            names: dict[str, Any] = {key: entry[key] for key in ("first_name", "username") if key in entry}
            self.chats.open({"id": id, "type": "private", **names})
            self._people[id] = Person(self, entry)
        return self._people[id]

    def group(self, id: int = -2001, title: str = "Friends") -> int:
        """A group the bot is in; its id, for ``chat=``."""
        self.chats.open({"id": id, "type": "supergroup", "title": title})
        return id

    def fail(self, method: str, **how: Any) -> Fault:
        """Order trouble; see ``Fault``."""
        return self.faults.add(Fault(method, **how))

    # what tests see

    async def next_message(self, chat: int | Person, within: float = 5.0) -> BotMessage:
        """The bot's next message in the chat that this has not returned before. Raises TimeoutError."""
        return await self.chats.next_message(chat.id if isinstance(chat, Person) else chat, within)

    def sent(self, chat: int | Person) -> list[BotMessage]:
        """All the bot's messages in the chat, in order."""
        return self.chats.sent(chat.id if isinstance(chat, Person) else chat)

    def actions(self, chat: int | Person) -> list[str]:
        """The chat actions shown in the chat, in order."""
        wanted = chat.id if isinstance(chat, Person) else chat
        return [action for where, action, _ in self.chats.actions if where == wanted]

    def count(self, method: str) -> int:
        """Calls of the method so far, however they were answered (``file``: downloads)."""
        return sum(call.method.lower() == method.lower() for call in self.calls)

    async def called(self, method: str, times: int = 1, within: float = 5.0) -> None:
        """Wait until the method has been called (and answered) that often. Raises TimeoutError."""
        async with asyncio.timeout(within), self._answered:
            await self._answered.wait_for(lambda: self.count(method) >= times)

    # HTTP

    async def _method(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        fields, files = await _read(request)
        try:
            self._check_token(request)
            fault = self.faults.meet(method, _number(fields.get("chat_id")))
            await self._suffer(fault, after=False)
            call = read_call(method, fields, files)
            result = await self.methods.carry_out(call)
            await self._suffer(fault, after=True)
        except _Answered as answered:
            await self._note(Call(method, fields, 200))
            return web.Response(text=str(answered))
        except Refused as refused:
            return await self._refuse(method, fields, refused)
        except ConnectionAbortedError:
            return await self._cut(request, method, fields)
        await self._note(Call(method, fields, 200))
        return web.json_response({"ok": True, "result": result})

    async def _file(self, request: web.Request) -> web.StreamResponse:
        path = request.match_info["path"]
        try:
            self._check_token(request)
            await self._suffer(self.faults.meet("file", None), after=False)
        except Refused as refused:
            return await self._refuse("file", {"path": path}, refused)
        except ConnectionAbortedError:
            return await self._cut(request, "file", {"path": path})
        data = self.files.read(path)
        await self._note(Call("file", {"path": path}, 404 if data is None else 200))
        return web.Response(status=404) if data is None else web.Response(body=data)

    def _check_token(self, request: web.Request) -> None:
        token = request.match_info["token"]
        if token != self.token:
            raise Refused(401, "Unauthorized") if ":" in token else Refused(404, "Not Found")

    async def _suffer(self, fault: Fault | None, *, after: bool) -> None:
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
            raise Refused(fault.status, "ordered by the test")

    async def _note(self, call: Call) -> None:
        async with self._answered:
            self.calls.append(call)
            self._answered.notify_all()

    async def _refuse(self, method: str, fields: dict[str, Any], refused: Refused) -> web.Response:
        await self._note(Call(method, fields, refused.status))
        if refused.violation:
            self.violations.append(f"{method}: {refused.description}")
        body: dict[str, Any] = {"ok": False, "error_code": refused.status, "description": refused.description}
        if refused.retry_after is not None:
            body["parameters"] = {"retry_after": refused.retry_after}
        return web.json_response(body, status=refused.status)

    async def _cut(self, request: web.Request, method: str, fields: dict[str, Any]) -> web.Response:
        await self._note(Call(method, fields, 0))
        if request.transport is not None:
            request.transport.abort()
        return web.Response()


async def _read(request: web.Request) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Parameters from the query, a form, a multipart form, or JSON, and uploaded files."""
    fields: dict[str, Any] = dict(request.query)
    files: dict[str, bytes] = {}
    if request.content_type == "application/json":
        return fields | json.loads(await request.text() or "{}"), files
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            files[name] = value.file.read()
        else:
            fields[name] = value if isinstance(value, str) else bytes(value).decode()
    return fields, files


def _number(value: object) -> int | None:
    text = str(value)
    return int(text) if text.lstrip("-").isdigit() else None
