"""Lines a person types, or a pipe brings, without ever blocking the event loop."""

from __future__ import annotations

import asyncio
import codecs
import os
import sys
import threading
from collections.abc import AsyncIterator

from prompt_toolkit import PromptSession
from prompt_toolkit.patch_stdout import patch_stdout

__all__ = ["lines"]

_PIECE = 65_536  # bytes
_LONGEST = 1_000_000  # characters of one line; what is beyond is dropped


def lines(prompt: str) -> AsyncIterator[str]:
    """Lines from standard input without their ends; the prompt is shown only to a person. Ends at end of file."""
    if sys.stdin is None:  # closed by whoever started us
        return _none()
    return _typed(prompt) if sys.stdin.isatty() else _piped(sys.stdin.fileno())


async def _none() -> AsyncIterator[str]:
    nothing: tuple[str, ...] = ()
    for line in nothing:
        yield line


async def _typed(prompt: str) -> AsyncIterator[str]:
    session: PromptSession[str] = PromptSession()
    while True:
        try:
            with patch_stdout():  # what is logged meanwhile appears above the prompt
                line = await session.prompt_async(prompt)
        except EOFError:
            return
        yield line


async def _piped(source: int) -> AsyncIterator[str]:
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    rest = ""
    while piece := await _read(source):
        *whole, rest = (rest + decoder.decode(piece)).split("\n")
        for line in whole:
            yield line[:_LONGEST].removesuffix("\r")
        rest = rest[:_LONGEST]
    if rest := rest + decoder.decode(b"", final=True):
        yield rest


async def _read(source: int) -> bytes:
    """The next bytes, none at the end."""
    loop = asyncio.get_running_loop()
    piece: asyncio.Future[bytes] = loop.create_future()
    # A daemon thread, since reading cannot be broken off when the program is asked to stop. It reads the descriptor:
    # waiting in `sys.stdin` it would hold a lock that the interpreter's end wants, and dies of not getting.
    threading.Thread(target=_fetch, args=(source, loop, piece), daemon=True).start()
    return await piece


def _fetch(source: int, loop: asyncio.AbstractEventLoop, piece: asyncio.Future[bytes]) -> None:
    try:
        data = os.read(source, _PIECE)
    except OSError:  # a folder as standard input, or a terminal that went away: nothing more comes
        data = b""
    if not loop.is_closed():
        loop.call_soon_threadsafe(lambda: None if piece.done() else piece.set_result(data))
