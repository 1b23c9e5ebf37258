"""A llama.cpp server in a supervised child, as the rest of the adapter sees it: admit, connect, count, mend."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from agents.errors import ModelCrashed, ModelLate, ModelUnavailable
from agents.models.caller import CALLER
from agents.models.child import ChildFailure, ChildNotReady
from agents.models.gate import Gate
from agents.models.llamacpp.launching import Launching
from agents.models.llamacpp.options import LlamaCppOptions
from agents.models.llamacpp.resting import Resting
from agents.models.supervisor import Supervisor

if TYPE_CHECKING:
    from agents.models.child import Child
    from agents.models.llamacpp.client import Connection
    from agents.models.making import Making

__all__ = ["LlamaCppEngine", "Seat"]

_log = structlog.get_logger()
_HEALTHY_WITHIN = 2.0
_END_KNOWN_WITHIN = 0.5


@dataclass(frozen=True, slots=True)
class Seat:
    """A place to work in: ``slot`` of the server, to be done by the loop's time ``until``."""

    slot: int
    until: float


class LlamaCppEngine:
    """One model served by one child.

    ``deadline`` is the longest answer in seconds, waiting for a free place and loading included. ``embeds``: it serves
    embeddings, and no chats.
    """

    def __init__(self, making: Making, deadline: float, *, embeds: bool = False) -> None:
        """Raises ReferenceInvalid."""
        self.reference = str(making.reference)
        self.meter = making.metrics.of(self.reference)
        self._options = LlamaCppOptions.of(making.reference)
        self._deadline = deadline
        self._launching = Launching(making, embeds=embeds)
        self._supervisor = Supervisor(self._launching)
        self._gate = Gate(self.reference, self._options.slots, self._options.queue, self.meter)
        self._resting = Resting(making.idle, self._rest)
        self._connection: Connection | None = None
        self._suspect = False
        self._lost: Child | None = None  # died at work

    def where(self) -> str:
        """The device it runs on, as metrics name it."""
        return self._launching.device

    async def connect(self) -> Connection:
        """A connection to a serving child, started or replaced if need be. Raises ModelUnavailable, ModelCrashed."""
        if self._suspect:
            await self._examine()
        if self._supervisor.current is None:
            await asyncio.to_thread(self._launching.files)  # a missing file is told at once, and is no child that died
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

    def _connection_to(self, child: Child) -> Connection:
        from agents.models.llamacpp.client import Connection

        address = json.loads(child.greeting)["address"]
        return Connection.to(child, address, self._launching.key, self.reference, self._options)

    async def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection:
            await connection.close()

    @asynccontextmanager
    async def admitted(self, *, kept: bool = False) -> AsyncIterator[Seat]:
        """A place to work in, when it is the caller's turn. Raises ModelBusy, ModelLate.

        ``kept``: what stands there afterwards will be asked on, so that the caller should find it again.
        """
        caller, began = CALLER.get(), time.monotonic()
        until = asyncio.get_running_loop().time() + self._deadline
        try:
            async with asyncio.timeout_at(until):
                slot = await self._gate.enter(caller, kept=kept)
        except TimeoutError as exc:
            raise ModelLate(self.reference, "no place became free") from exc
        self.meter.waited(self.where(), time.monotonic() - began)
        try:
            yield Seat(slot, until)
        finally:
            self._gate.leave(slot, caller, kept=kept)

    @asynccontextmanager
    async def watched(self, late: str = "no answer within the deadline") -> AsyncIterator[None]:
        """Around every use of the child: who gives up waiting makes it suspect, so that it is looked at before its
        next use; a connection that breaks is looked into. Raises ModelLate for a TimeoutError.
        """
        try:
            with self._resting.used():
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
        _log.warning("language model broke off", model=self.reference, ended=ended)
        if not ended:
            self._suspect = True
        elif child is not self._lost:  # others may have been at work there too
            self._lost = child
            self.meter.went(self.where())
            if self._launching.died():
                self._supervisor.forgive()

    async def _rest(self) -> None:
        """Nothing was asked for so long that the child's memory is let go."""
        if child := self._supervisor.current:
            await self._supervisor.retire(child)
            self.meter.went(self.where())
            _log.info("language model rests", model=self.reference)

    def resume(self) -> None:
        self._supervisor.resume()

    async def stop(self) -> None:
        """End the child and close what is open towards it."""
        self._resting.cancel()
        if self._supervisor.current:
            self.meter.went(self.where())
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
