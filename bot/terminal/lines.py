"""Lines a person types, or a pipe brings, without ever blocking the event loop."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import AsyncIterator

from prompt_toolkit import PromptSession
from prompt_toolkit.patch_stdout import patch_stdout

__all__ = ["lines"]


def lines(prompt: str) -> AsyncIterator[str]:
    """Lines from standard input without their ends; the prompt is shown only to a person. Ends at end of file."""
    return _typed(prompt) if sys.stdin.isatty() else _piped()


async def _typed(prompt: str) -> AsyncIterator[str]:
    session: PromptSession[str] = PromptSession()
    while True:
        try:
            with patch_stdout():
                yield await session.prompt_async(prompt)
        except EOFError:
            return


async def _piped() -> AsyncIterator[str]:
    loop = asyncio.get_running_loop()
    while True:
        line: asyncio.Future[str] = loop.create_future()
        # A daemon thread, since a read of standard input cannot be broken off when the program is asked to stop.
        threading.Thread(target=_read, args=(loop, line), daemon=True).start()
        text = await line
        if not text:
            return
        yield text.rstrip("\n")


def _read(loop: asyncio.AbstractEventLoop, line: asyncio.Future[str]) -> None:
    text = sys.stdin.readline()
    if not loop.is_closed():
        loop.call_soon_threadsafe(lambda: None if line.done() else line.set_result(text))
