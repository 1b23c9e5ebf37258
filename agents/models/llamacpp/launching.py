"""Starts the child of one model where it fits: on the best of its devices, and on the next when that has no room."""

from __future__ import annotations

import asyncio
import json
import secrets
import sys
import time
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from agents.errors import DeviceLost, ModelCrashed, ModelOutOfMemory, ModelUnavailable
from agents.models.child import Child, ChildFailure, ChildNotReady
from agents.models.llamacpp.files import model_file, projector_file
from agents.models.llamacpp.options import LlamaCppOptions
from agents.models.llamacpp.server import NO_GPU, ServerOrder

if TYPE_CHECKING:
    from agents.models.making import Making

__all__ = ["Launching"]

_log = structlog.get_logger()
_SERVER = "agents.models.llamacpp.server"
_MINUTE = 60.0
_DEATHS = 2  # at work on one device within a minute: the first may be anything, for the second the device is at fault
_NO_ROOM = {ChildFailure.REFUSED, ChildFailure.DIED}  # what a lack of memory looks like from outside


class Launching:
    """Where the model runs now is remembered: what had no room for it is not tried again.

    ``embeds``: it serves embeddings, and no chats. ``server`` is the module that the child runs.
    """

    def __init__(self, making: Making, *, embeds: bool = False, server: str = _SERVER) -> None:
        """Raises ReferenceInvalid."""
        self._making = making
        self._reference = str(making.reference)
        self._meter = making.metrics.of(self._reference)
        self._embeds = embeds
        self._server = server
        self._devices = making.devices or ("",)
        self._rungs = [LlamaCppOptions.of(making.reference.on(device)) for device in self._devices]
        self._at = 0
        self._deaths: deque[float] = deque()
        self.key = ""

    @property
    def device(self) -> str:
        """The device of the plan it runs on; empty where the reference says, or llama.cpp."""
        return self._devices[self._at]

    def files(self) -> tuple[Path, Path | None]:
        """The model's file and its projector's. Raises ModelUnavailable."""
        name = self._making.reference.name
        place = (self._making.folder() or Path(name).expanduser()).absolute()
        options = self._rungs[0]
        return model_file(self._reference, place, options), projector_file(self._reference, place, options)

    async def __call__(self) -> Child:
        """A child that serves. Raises ChildNotReady, and ModelUnavailable when no device is what it should be."""
        files = await asyncio.to_thread(self.files)
        first, codes = self._at, list[str]()
        while True:
            try:
                child = await self._started(*files)
            except (ChildNotReady, DeviceLost) as exc:
                self._at += 1
                if self._at < len(self._rungs) and not (isinstance(exc, ChildNotReady) and exc.failure not in _NO_ROOM):
                    codes.append(ModelOutOfMemory.code if isinstance(exc, ChildNotReady) else exc.code)
                    continue
                self._at = first  # it loads nowhere: the devices are not at fault
                if isinstance(exc, DeviceLost):
                    raise ModelUnavailable(self._reference, f"{exc.detail}: take device=cpu") from exc
                raise
            for at, code in enumerate(codes, first):
                self._tell(at, code)
            return child

    async def _started(self, model: Path, projector: Path | None) -> Child:
        """One try on the present device. Raises ChildNotReady, DeviceLost."""
        self.key, options = secrets.token_urlsafe(32), self._rungs[self._at]
        began = time.monotonic()
        command = (sys.executable, "-m", self._server)
        hello = self._order(options, model, projector).line()
        child = await Child.start(command, hello, within=options.load, loud=options.verbosity > 0)
        if json.loads(child.greeting) == NO_GPU:
            await child.stop()
            raise DeviceLost(self._reference, f"llama.cpp finds no {options.device} device")
        self._meter.came(self.device, time.monotonic() - began)
        self._meter.lives(lambda: child.pid)
        return child

    def _order(self, options: LlamaCppOptions, model: Path, projector: Path | None) -> ServerOrder:
        return ServerOrder(
            model=str(model),
            key=self.key,
            threads=options.threads,
            slots=options.slots,
            context=options.context,
            cache=options.cache,
            verbosity=options.verbosity,
            mmproj=str(projector or ""),
            device=options.device,
            gpu_layers=0 if options.device == "cpu" else options.gpu_layers,
            pooling=options.pooling if self._embeds else "",
        )

    def died(self) -> bool:
        """Note that the child died at work; whether the next starts on another device for it."""
        now = time.monotonic()
        self._deaths.append(now)
        while now - self._deaths[0] > _MINUTE:
            self._deaths.popleft()
        if len(self._deaths) < _DEATHS or self._at + 1 >= len(self._rungs):
            return False
        self._deaths.clear()
        self._at += 1
        self._tell(self._at - 1, ModelCrashed.code)
        return True

    def _tell(self, at: int, code: str) -> None:
        _log.warning(
            "language model leaves a device", model=self._reference, device=self._devices[at], code=code,
            next=self._devices[at + 1],
        )  # fmt: skip
        self._meter.stepped(self._devices[at], code)
