"""A llama.cpp server in a supervised child, as the rest of the adapter sees it: admit, connect, count, mend."""

from __future__ import annotations

import asyncio
import json
import secrets
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from agents.errors import ModelBusy, ModelCrashed, ModelLate, ModelUnavailable
from agents.models.child import Child, ChildFailure, ChildNotReady
from agents.models.llamacpp.files import model_file, projector_file
from agents.models.llamacpp.server import NO_GPU, ServerOrder
from agents.models.supervisor import Supervisor

if TYPE_CHECKING:
    from agents.models.llamacpp.client import Connection
    from agents.models.llamacpp.options import LlamaCppOptions
    from agents.models.reference import ModelReference

__all__ = ["LlamaCppEngine"]

_log = structlog.get_logger()
_HEALTHY_WITHIN = 2.0
_END_KNOWN_WITHIN = 0.5


class LlamaCppEngine:
    """One model served by one child.

    ``folder`` gives the folder that holds its .gguf file, or ``None`` when the reference names the file. ``deadline``
    is the longest answer in seconds, waiting for a free place and loading included. ``embeds``: it serves embeddings,
    and no chats.
    """

    def __init__(
        self,
        reference: ModelReference,
        folder: Callable[[], Path | None],
        options: LlamaCppOptions,
        deadline: float,
        *,
        embeds: bool = False,
    ) -> None:
        self.reference = str(reference)
        self._name = reference.name
        self._folder = folder
        self._options = options
        self._deadline = deadline
        self._embeds = embeds
        self._supervisor = Supervisor(self._launch)
        self._key = ""
        self._connection: Connection | None = None
        self._places = asyncio.Semaphore(options.slots)
        self._waiting = 0
        self._suspect = False

    async def _launch(self) -> Child:
        self._key = secrets.token_urlsafe(32)
        options = self._options
        model, mmproj = await asyncio.to_thread(self._files)
        order = ServerOrder(
            model=str(model),
            key=self._key,
            threads=options.threads,
            slots=options.slots,
            context=options.context,
            cache=options.cache,
            verbosity=options.verbosity,
            mmproj=str(mmproj or ""),
            device=options.device,
            gpu_layers=options.gpu_layers,
            pooling=options.pooling if self._embeds else "",
        )
        command = (sys.executable, "-m", "agents.models.llamacpp.server")
        child = await Child.start(command, order.line(), within=options.load, loud=options.verbosity > 0)
        if json.loads(child.greeting) == NO_GPU:
            await child.stop()
            raise ModelUnavailable(self.reference, f"llama.cpp finds no {options.device} device: take device=cpu")
        return child

    async def connect(self) -> Connection:
        """A connection to a serving child, started or replaced if need be. Raises ModelUnavailable, ModelCrashed."""
        if self._suspect:
            await self._examine()
        if self._supervisor.current is None:
            await asyncio.to_thread(self._files)  # a missing file is told at once, and is no child that died
        try:
            child, _ = await asyncio.gather(self._supervisor.child(), asyncio.to_thread(_import_client))
        except ChildNotReady as exc:
            if exc.failure is not ChildFailure.STOPPED:
                _log.warning("language model does not load", model=self.reference, failure=exc.failure.value)
            raise ModelUnavailable(self.reference, _DETAIL[exc.failure]) from exc
        if self._connection is None or self._connection.child is not child:
            left, self._connection = self._connection, self._connection_to(child)
            connection = self._connection
            if left:
                await left.close()
            return connection
        return self._connection

    def _files(self) -> tuple[Path, Path | None]:
        place = (self._folder() or Path(self._name).expanduser()).absolute()
        return (
            model_file(self.reference, place, self._options),
            projector_file(self.reference, place, self._options),
        )

    def _connection_to(self, child: Child) -> Connection:
        from agents.models.llamacpp.client import Connection

        address = json.loads(child.greeting)["address"]
        return Connection.to(child, address, self._key, self.reference, self._options)

    async def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection:
            await connection.close()

    @asynccontextmanager
    async def admitted(self) -> AsyncIterator[float]:
        """A place to work in, with the loop's time until which to be done. Raises ModelBusy, ModelLate."""
        if self._waiting >= self._options.queue + self._options.slots:
            raise ModelBusy(self.reference, "too many are waiting")
        until = asyncio.get_running_loop().time() + self._deadline
        self._waiting += 1
        try:
            async with asyncio.timeout_at(until):
                await self._places.acquire()
        except TimeoutError as exc:
            self._waiting -= 1
            raise ModelLate(self.reference, "no place became free") from exc
        except asyncio.CancelledError:
            self._waiting -= 1
            raise
        try:
            yield until
        finally:
            self._waiting -= 1
            self._places.release()

    @asynccontextmanager
    async def watched(self, late: str = "no answer within the deadline") -> AsyncIterator[None]:
        """Around every use of the child: who gives up waiting makes it suspect, so that it is looked at before its
        next use; a connection that breaks is looked into. Raises ModelLate for a TimeoutError.
        """
        try:
            yield
        except (TimeoutError, ModelLate) as exc:
            self._suspect = True
            raise ModelLate(self.reference, late) from exc
        except asyncio.CancelledError:
            self._suspect = True
            raise
        except ModelCrashed:
            await self._broken()
            raise

    async def _examine(self) -> None:
        self._suspect = False
        connection = self._connection
        if connection is None or not connection.child.running:
            return
        try:
            async with asyncio.timeout(_HEALTHY_WITHIN):
                healthy = await connection.healthy()
        except TimeoutError:
            healthy = False
        if not healthy:
            _log.warning("language model hangs and is replaced", model=self.reference)
            await self._supervisor.replace(connection.child)

    async def _broken(self) -> None:
        """A connection broke: wait a moment for the child's end to be known, so that the next try gets a new one."""
        child = self._connection.child if self._connection else None
        ended = child is None or await child.ended(_END_KNOWN_WITHIN)
        if not ended:
            self._suspect = True
        _log.warning("language model broke off", model=self.reference, ended=ended)

    def resume(self) -> None:
        self._supervisor.resume()

    async def stop(self) -> None:
        """End the child and close what is open towards it."""
        await self._supervisor.stop()
        await self._disconnect()


_DETAIL = {
    ChildFailure.REFUSED: "llama.cpp cannot load its file",
    ChildFailure.LACKING: "the system lacks libgomp.so.1: apt-get install libgomp1",
    ChildFailure.DIED: "llama.cpp died while loading",
    ChildFailure.LATE: "loading takes longer than allowed",
    ChildFailure.EXHAUSTED: "it died too often within a minute",
    ChildFailure.STOPPED: "it has been stopped",
}


def _import_client() -> None:
    """Import what is slow to import, away from the event loop."""
    import agents.models.llamacpp.client  # noqa: F401
