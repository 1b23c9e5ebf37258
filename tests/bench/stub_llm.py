"""A host that speaks OpenAI's chat completions and says the same in a fixed time, whoever asks and however often.

``python -m tests.bench.stub_llm seconds`` serves in a process of its own and prints its port.
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any, Self

from aiohttp import web

__all__ = ["REPLY", "StubLLM"]

REPLY = (
    "The noodles at the corner are good, and the soup is better on cold days. "
    "People queue for it from noon on, so come early or bring a friend."
)
MODEL = "stub"


class StubLLM:
    """Serves as an async context manager.

    An answer comes after ``seconds``; when it is streamed, word by word from then on, or with ``paced`` spread over
    them. ``status`` other than 200 answers with that, ``body`` with that instead of an answer; ``silent`` takes the
    request and says nothing.
    """

    def __init__(
        self,
        seconds: float = 0.05,
        reply: str = REPLY,
        *,
        paced: bool = False,
        status: int = 200,
        body: str = "",
        silent: bool = False,
    ) -> None:
        self.seconds = seconds
        self.reply = reply
        self.paced = paced
        self.status = status
        self.body = body
        self.silent = silent
        self.port = 0
        self.asked: list[dict[str, Any]] = []
        self._runner: web.AppRunner | None = None

    @property
    def reference(self) -> str:
        """Its model reference."""
        return f"openai:http://127.0.0.1:{self.port}/v1#{MODEL}"

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_get("/v1/models", self._models)
        app.router.add_post("/v1/chat/completions", self._complete)
        self._runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0, backlog=512).start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._runner is not None
        await self._runner.cleanup()

    async def _models(self, _: web.Request) -> web.Response:
        return web.json_response({"object": "list", "data": [{"id": MODEL, "object": "model"}]}, status=self.status)

    async def _complete(self, request: web.Request) -> web.StreamResponse:
        asked = await request.json()
        self.asked.append(asked)
        if self.silent:
            await asyncio.Event().wait()
        if self.status != 200 or self.body:
            return web.Response(status=self.status, text=self.body or "{}", content_type="application/json")
        words = self._words(asked)
        if asked.get("stream"):
            return await self._stream(request, asked, words)
        await asyncio.sleep(self.seconds)
        message = {"role": "assistant", "content": "".join(words)}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        return web.json_response(_envelope("chat.completion", [choice], _usage(asked, words)))

    def _words(self, asked: dict[str, Any]) -> list[str]:
        """A token is a word, so that limits are kept."""
        words = [f"{word} " for word in self.reply.split()]
        words[-1] = words[-1].rstrip()
        limits = [asked[name] for name in ("max_tokens", "max_completion_tokens") if asked.get(name)]
        return words[: min(limits, default=len(words))]

    async def _stream(self, request: web.Request, asked: dict[str, Any], words: list[str]) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        loop = asyncio.get_running_loop()
        began = loop.time()
        for number, word in enumerate(words, start=1):
            share = number / len(words) if self.paced else 1
            await asyncio.sleep(began + self.seconds * share - loop.time())
            await response.write(_event([{"index": 0, "delta": {"content": word}, "finish_reason": None}]))
        await response.write(_event([{"index": 0, "delta": {}, "finish_reason": "stop"}]))
        if asked.get("stream_options", {}).get("include_usage"):
            await response.write(_event([], _usage(asked, words)))
        await response.write(b"data: [DONE]\n\n")
        await response.write_eof()
        return response


def _usage(asked: dict[str, Any], words: list[str]) -> dict[str, int]:
    prompt = sum(len(str(message["content"]).split()) for message in asked["messages"])
    return {"prompt_tokens": prompt, "completion_tokens": len(words), "total_tokens": prompt + len(words)}


def _envelope(kind: str, choices: list[dict[str, Any]], usage: dict[str, int] | None) -> dict[str, Any]:
    told = {"id": "chatcmpl-1", "object": kind, "created": 1, "model": MODEL, "choices": choices}
    return told | ({"usage": usage} if usage else {})


def _event(choices: list[dict[str, Any]], usage: dict[str, int] | None = None) -> bytes:
    return b"data: " + json.dumps(_envelope("chat.completion.chunk", choices, usage)).encode() + b"\n\n"


async def _serve(seconds: float) -> None:
    async with StubLLM(seconds) as stub:
        print(stub.port, flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve(float(sys.argv[1])))
