"""A host of OpenAI's API that answers as a test scripts it, and keeps what it was asked."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from aiohttp import web
from multidict import MultiDict

__all__ = ["Asked", "Script", "ScriptedHost", "chat", "complaint", "said"]

_LARGEST = 64 << 20
_WORDS = re.compile(r"\s*\S+|\s+$")


@dataclass(frozen=True)
class Script:
    """One answer. ``body`` is JSON, or sent as it is when it is bytes; ``kind`` is its content type."""

    body: Any = None
    status: int = 200
    kind: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def bytes(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


@dataclass(frozen=True)
class Asked:
    """One request: JSON as ``json``, a form as ``form`` (every value of every field) with the file's bytes."""

    path: str
    headers: Mapping[str, str]
    json: Any = None
    form: Mapping[str, Sequence[str]] | None = None
    file: bytes = b""
    file_type: str = ""


class ScriptedHost:
    """Serves as an async context manager. The answers are given in turn, the last one again and again."""

    def __init__(self, *answers: Script) -> None:
        self.answers = list(answers) or [Script({})]
        self.asked: list[Asked] = []
        self.port = 0
        self._runner: web.AppRunner | None = None

    def reference(self, options: str = "", model: str = "stub") -> str:
        return f"openai:http://127.0.0.1:{self.port}/v1#{model}{options}"

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=_LARGEST)
        app.router.add_route("*", "/{path:.*}", self._answer)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._runner is not None
        await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.Response:
        self.asked.append(await _read(request))
        script = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return web.Response(
            status=script.status, body=script.bytes, headers={"Content-Type": script.kind, **script.headers}
        )


async def _read(request: web.Request) -> Asked:
    headers = dict(request.headers)
    if request.content_type == "application/json":
        return Asked(request.path, headers, json=await request.json())
    if request.content_type != "multipart/form-data":
        return Asked(request.path, headers)
    told: MultiDict[Any] = MultiDict(await request.post())
    file = told.popone("file")
    form = {name: [str(value) for value in told.getall(name)] for name in told}
    return Asked(request.path, headers, form=form, file=file.file.read(), file_type=file.content_type)


def chat(*deltas: Mapping[str, Any], logprobs: Sequence[float] = (), finish: str = "stop", done: bool = True) -> Script:
    """A streamed answer: an event a delta, one more with why it ended, one with the usage."""
    choices: list[list[dict[str, Any]]] = [
        [{"index": 0, "delta": dict(delta), "finish_reason": None}] for delta in deltas
    ]
    if logprobs and choices:
        tokens = [{"token": "x", "logprob": one, "bytes": None, "top_logprobs": []} for one in logprobs]
        choices[0][0]["logprobs"] = {"content": tokens}
    choices.append([{"index": 0, "delta": {}, "finish_reason": finish}])
    events: list[dict[str, Any]] = [{"choices": choice} for choice in choices]
    events.append({"choices": [], "usage": {"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10}})
    lines = b"".join(b"data: " + json.dumps(event).encode() + b"\n\n" for event in events)
    return Script(lines + (b"data: [DONE]\n\n" if done else b""), kind="text/event-stream")


def said(text: str, **how: Any) -> Script:
    return chat({"role": "assistant", "content": None}, *({"content": word} for word in _WORDS.findall(text)), **how)


def complaint(status: int, message: str = "no", **headers: str) -> Script:
    told = {"error": {"message": message, "type": "invalid_request_error", "code": status}}
    return Script(told, status=status, headers={name.replace("_", "-"): value for name, value in headers.items()})
