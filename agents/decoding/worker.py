"""One decoding child as its parent sees it: a file goes out, pixels or samples or a refusal come back."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Self

from agents.decoding.pixels import STRIP, assembled
from agents.decoding.wire import ANSWER, ORDER, PICTURE, REFUSAL, SOUND, Gone, Terms, fill, take
from agents.errors import MediaUnreadable
from agents.limits import Limits
from agents.models.child import Child
from agents.ports import Sound

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["Worker"]

_START = 30.0  # seconds; it takes a quarter of one where nothing else runs
_LONGEST_REASON = 32
# All that it may know of its parent's environment; nobody's keys are among it.
_KNOWN = ("PATH", "PYTHONPATH", "PYTHONHOME", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "LANG", "LC_ALL", "LC_CTYPE")
_FRUGAL = {"MALLOC_ARENA_MAX": "2", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


class Worker:
    """Does one file at a time; ``done`` counts them."""

    def __init__(self, child: Child, wire: socket.socket, limits: Limits) -> None:
        self._child = child
        self._wire = wire
        self._limits = limits
        self._thread = ThreadPoolExecutor(1, "decoding")  # of its own: others may keep the shared ones busy
        self._talk: asyncio.Future[Image | Sound] | None = None
        self.done = 0

    @classmethod
    async def start(cls, limits: Limits) -> Self:
        """Raises ChildNotReady or OSError."""
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                theirs.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4 * STRIP)  # it works while we do
                terms = Terms(
                    theirs.fileno(),
                    limits.max_megapixels,
                    limits.max_minutes,
                    limits.decode_memory,
                    limits.decode_deadline,
                )
                child = await Child.start(
                    (sys.executable, "-m", "agents.decoding.child"),
                    terms.line(),
                    within=_START,
                    environment={name: os.environ[name] for name in _KNOWN if name in os.environ} | _FRUGAL,
                    files=(theirs.fileno(),),
                )
        except BaseException:  # also when cancelled
            ours.close()
            raise
        return cls(child, ours, limits)

    @property
    def running(self) -> bool:
        return self._child.running

    @property
    def pid(self) -> int:
        return self._child.pid

    async def decode(self, kind: bytes, data: bytes) -> Image | Sound:
        """Raises MediaUnreadable, and Gone or OSError when the child ended or talks nonsense.

        Cancelled, it leaves a child at work, which must be stopped.
        """
        self.done += 1
        self._talk = asyncio.get_running_loop().run_in_executor(self._thread, self._exchange, kind, data)
        return await asyncio.shield(self._talk)

    def _exchange(self, kind: bytes, data: bytes) -> Image | Sound:
        self._wire.sendall(ORDER.pack(kind, len(data)))
        self._wire.sendall(data)
        found, first, second, length = ANSWER.unpack(take(self._wire, ANSWER.size))
        if found == REFUSAL and length <= _LONGEST_REASON:
            raise MediaUnreadable(take(self._wire, length).decode("ascii", "replace"))
        # A decoder that was taken over can say anything.
        if found == kind == PICTURE and 0 < first * second <= self._limits.max_megapixels * 1_000_000:
            return assembled(first, second, partial(fill, self._wire))
        if found == kind == SOUND and length % 4 == 0 and length <= self._limits.decode_memory:
            return self._listen(first, length)
        raise Gone

    def _listen(self, rate: int, length: int) -> Sound:
        import numpy as np

        return Sound(np.frombuffer(take(self._wire, length), np.float32), rate)

    async def stop(self) -> None:
        """Kill it, whatever it is doing."""
        with suppress(OSError):  # its end may have gone already
            self._wire.shutdown(socket.SHUT_RDWR)
        await self._child.stop(grace=0)
        if self._talk:
            await asyncio.wait([self._talk])
            self._talk.exception()  # nobody else asks for it
        self._thread.shutdown(wait=False)
        self._wire.close()
