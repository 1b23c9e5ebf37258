"""What wiring hands over to make a model of a reference. Roles with equal references share one, and so one model."""

from __future__ import annotations

import sys
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

from agents.limits import Limits
from agents.models.apart.port import Apart
from agents.models.host import Host
from agents.models.ladder import Rung
from agents.models.metrics import Metrics

if TYPE_CHECKING:
    from agents.models.reference import ModelReference

__all__ = ["Making"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Making:
    """``folder`` gives the folder of the model's verified files (``None``: it has none) or raises ModelUnavailable.

    Deadlines are in seconds: of one perception, and of one answer of a language model. ``key`` is for the host that
    the reference names, and for no other. ``proxy`` is an http or socks5 URL for hosts beyond this one. ``devices`` is
    where the plan puts it, the best first; empty: as the reference says. After ``idle`` seconds without work it leaves
    memory until it is asked again; ``None``: it stays. ``apart``: a synchronous adapter has its engine in a process of
    its own; ``None``: on a GPU alone, where an engine's error spoils the device for its whole process.
    """

    reference: ModelReference
    folder: Callable[[], Path | None]
    sense_deadline: float = 60.0
    answer_deadline: float = 120.0
    key: str | None = field(default=None, repr=False)
    proxy: str | None = field(default=None, repr=False)
    devices: tuple[str, ...] = ()
    idle: float | None = None
    apart: bool | None = False
    metrics: Metrics = field(default_factory=Metrics, repr=False)
    _shared: dict[Hashable, Any] = field(default_factory=dict, repr=False)

    def share(self, what: Hashable, make: Callable[[], T]) -> T:
        """The one thing called ``what`` that every role of this reference uses; made when it is first asked for."""
        if what not in self._shared:
            self._shared[what] = make()
        found: T = self._shared[what]
        return found

    def host(self, adapter: Callable[[ModelReference, Path | None], T], *, gives_way: bool = True) -> Host[T]:
        """The thread that holds the one instance of a synchronous adapter; another adapter has another.

        It gives way to the language model, but where one of those who share it says that it is the language model.
        """

        def host() -> Host[T]:
            return Host(str(self.reference), self._rungs(adapter), metrics=self.metrics, idle=self.idle)

        shared = self.share(adapter, host)
        shared.gives_way = shared.gives_way and gives_way
        return shared

    def _rungs(self, adapter: Callable[[ModelReference, Path | None], T]) -> list[Rung[T]]:
        def rung(device: str) -> Rung[T]:
            reference = self.reference.on(device)
            return Rung(lambda: self._made(adapter, reference), device, self._is_apart(reference))

        return [rung(device) for device in self.devices or ("",)]

    def _made(self, adapter: Callable[[ModelReference, Path | None], T], reference: ModelReference) -> T:
        """The adapter, or its like whose engine is apart. Raises what loading raises."""
        if self._is_apart(reference):
            limits = Limits(sense_deadline=self.sense_deadline)
            apart = Apart(adapter, reference, self.folder(), limits=limits)
            self.metrics.of(str(self.reference)).lives(lambda: apart.pid)
            return cast("T", apart)
        return adapter(reference, self.folder())

    def _is_apart(self, reference: ModelReference) -> bool:
        on_gpu = reference.options.get("device", "").startswith("cuda")
        return sys.platform != "win32" and (on_gpu if self.apart is None else self.apart)
