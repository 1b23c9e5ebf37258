"""One decoding child as its parent sees it: a file goes out, what is in it or a refusal comes back."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING, Self

from agents.decoding.answers import Reading
from agents.decoding.pixels import STRIP
from agents.decoding.wire import ORDER, Terms
from agents.limits import Limits
from agents.models.child import Child

if TYPE_CHECKING:
    from agents.decoded import Decoded

__all__ = ["Worker"]

_START = 30.0  # seconds; it takes a quarter of one where nothing else runs
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
        self._talk: asyncio.Future[Decoded] | None = None
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
                    limits.max_video_minutes,
                    limits.max_document,
                    limits.decode_memory,
                    limits.decode_deadline,
                    limits.patience,
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

    async def decode(self, kind: bytes, frames: int, data: bytes) -> Decoded:
        """At most ``frames`` of a video.

        Raises MediaUnreadable, and Gone or OSError when the child ended or talks nonsense.

        Cancelled, it leaves a child at work, which must be stopped.
        """
        self.done += 1
        self._talk = asyncio.get_running_loop().run_in_executor(self._thread, self._exchange, kind, frames, data)
        return await asyncio.shield(self._talk)

    def _exchange(self, kind: bytes, frames: int, data: bytes) -> Decoded:
        self._wire.sendall(ORDER.pack(kind, frames, len(data)))
        self._wire.sendall(data)
        return Reading(self._wire, self._limits).found(kind, frames)

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
