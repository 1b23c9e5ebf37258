"""A few decoding children kept at work: one file each at a time, and one that takes too long is killed."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, cast

import structlog

from agents.decoding.wire import DOCUMENT, PICTURE, SOUND, TOO_COSTLY, VIDEO, Gone
from agents.decoding.worker import Worker
from agents.errors import MediaUnreadable, ModelBusy, ModelError, ModelUnavailable
from agents.limits import Limits
from agents.models.child import ChildNotReady
from agents.models.metering import metering
from agents.models.metrics import Meter, Metrics

if TYPE_CHECKING:
    from PIL.Image import Image

    from agents.decoded import Decoded, DocumentText, Footage, Sound

__all__ = ["DECODER", "DecodingPool"]

DECODER = "decoder"  # what it is called among the models
_log = structlog.get_logger()
_LONGEST_LIFE = 500  # files, so that what a decoder leaks comes to an end


class DecodingPool:
    """Fills :class:`agents.ports.Decoder`. Children start when they are first needed, or by :meth:`warm`.

    At most ``workers`` files are decoded at once and ``waiting`` more wait; of idle children one stays, and others are
    let go when for ``spare`` seconds there was no work for all. What takes longer or more memory than the
    limits say, or ends its child, is ``too-costly``; a cancelled caller takes its child along. ``meter`` counts it as a
    model: waiting, decoding, and files that could not be read.
    """

    def __init__(
        self, limits: Limits, *, workers: int = 2, waiting: int = 256, spare: float = 30.0, meter: Meter | None = None
    ) -> None:
        self._limits = limits
        self._meter = meter or Metrics().of(DECODER)
        self._workers = workers
        self._places = asyncio.Semaphore(workers)
        self._most = workers + waiting
        self._asked = 0
        self._spare = spare
        self._idle: list[Worker] = []
        self._all: set[Worker] = set()
        self._thinning: asyncio.TimerHandle | None = None
        self._leaving: set[asyncio.Task[None]] = set()

    @property
    def pids(self) -> list[int]:
        """The children, idle or at work."""
        return [worker.pid for worker in self._all]

    async def warm(self) -> None:
        """Start one child before the first file comes; if it does not start, the first file will tell."""
        async with self._places:
            try:
                self._idle.append(await self._worker())
            except ModelError as error:
                _log.warning("decoder not started", code=error.code)

    async def picture(self, data: bytes) -> Image:
        return cast("Image", await self._decoded(PICTURE, 0, data))

    async def sound(self, data: bytes) -> Sound:
        return cast("Sound", await self._decoded(SOUND, 0, data))

    async def video(self, data: bytes, frames: int) -> Footage:
        return cast("Footage", await self._decoded(VIDEO, frames, data))

    async def document(self, data: bytes) -> DocumentText:
        return cast("DocumentText", await self._decoded(DOCUMENT, 0, data))

    async def stop(self) -> None:
        self._keep_all()
        await asyncio.gather(*self._leaving)
        for worker in list(self._all):
            await self._end(worker)

    async def _decoded(self, kind: bytes, frames: int, data: bytes) -> Decoded:
        if self._asked >= self._most:
            self._meter.failed("", ModelBusy.code)
            raise ModelBusy(DECODER)
        came = time.perf_counter()
        self._count(1)
        try:
            async with self._places:
                self._meter.waited("", time.perf_counter() - came)
                with metering(self._meter):
                    return await self._by(await self._worker(), kind, frames, data)
        finally:
            self._count(-1)

    def _count(self, more: int) -> None:
        self._asked += more
        self._meter.waits(max(0, self._asked - self._workers))

    async def _worker(self) -> Worker:
        while self._idle:
            worker = self._idle.pop()
            if not self._idle:
                self._keep_all()
            if worker.running:
                return worker
            await self._end(worker)
        try:
            worker = await Worker.start(self._limits)
        except (ChildNotReady, OSError) as exc:
            raise ModelUnavailable(DECODER) from exc
        self._all.add(worker)
        return worker

    async def _by(self, worker: Worker, kind: bytes, frames: int, data: bytes) -> Decoded:
        fit = False  # cancelled or over its time, it may still be at work, and nobody waits for that any more
        try:
            async with asyncio.timeout(self._limits.decode_deadline):
                found = await worker.decode(kind, frames, data)
            fit = True
        except MediaUnreadable:
            fit = True
            raise
        except (Gone, OSError, TimeoutError) as exc:  # TimeoutError is an OSError, and named for the reader
            _log.warning("decoding given up", bytes=len(data), late=isinstance(exc, TimeoutError))
            raise MediaUnreadable(TOO_COSTLY) from exc
        finally:
            if fit and worker.done < _LONGEST_LIFE:
                self._rest(worker)
            else:
                await self._end(worker)
        return found

    def _rest(self, worker: Worker) -> None:
        self._idle.append(worker)
        if len(self._idle) > 1 and self._thinning is None:
            self._thinning = asyncio.get_running_loop().call_later(self._spare, self._thin)

    def _keep_all(self) -> None:
        if self._thinning is not None:
            self._thinning.cancel()
            self._thinning = None

    def _thin(self) -> None:
        """Let go of all that are idle but one: each takes 40 MB."""
        self._thinning = None
        spare, self._idle = self._idle[:-1], self._idle[-1:]
        for worker in spare:
            leaving = asyncio.create_task(self._end(worker), name="decoder-leaving")
            self._leaving.add(leaving)
            leaving.add_done_callback(self._leaving.discard)

    async def _end(self, worker: Worker) -> None:
        self._all.discard(worker)
        if worker in self._idle:
            self._idle.remove(worker)
        await worker.stop()
