"""How much of a machine's memory models may have: the one home of what is kept for others, in bytes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from agents.models.devices import Gpu, Machine

__all__ = ["GB", "SYSTEM_RAM", "Policy", "Room", "room_of"]

GB = 10**9  # as profiles count
SYSTEM_RAM = 1.5  # GB of all memory that the system and what else runs keep
_SPARE_RAM = 0.4  # GB of what is free now: decoding of media, the doors, growth
_SPARE_VRAM = 0.5  # GB of what is free now on a GPU: contexts of CUDA beyond the first, growth


@dataclass(frozen=True, slots=True)
class Policy:
    """What the operator wants of a plan.

    ``share``: as few GPUs as needed; ``spread``: each model on the one with the most room. ``gpus`` are the numbers of
    those that may be used, None for all. ``vram`` of each GPU and ``ram`` are budgets in bytes; None: what is free now.
    """

    placement: Literal["share", "spread"] = "share"
    gpus: frozenset[int] | None = None
    vram: int | None = None
    ram: int | None = None


@dataclass(frozen=True, slots=True)
class Room:
    """Bytes for models: ``ram``, and by GPU (``cuda:0``, ...) of those that may be used.

    ``closed`` are GPUs that the operator leaves out. ``uncounted``: there is a GPU whose memory nobody tells, or that
    shares the machine's (``shared``), so that its engine has to choose. ``untold`` are those of them with a number.
    """

    ram: int
    gpus: Mapping[str, int] = field(default_factory=dict)
    closed: tuple[str, ...] = ()
    uncounted: bool = False
    shared: bool = False
    untold: tuple[str, ...] = ()

    def usable(self, gpu: str) -> bool:
        """Whether a model may be put there, so far as anybody knows."""
        return gpu in self.gpus or gpu in self.untold or (self.uncounted and not self.untold)


def room_of(machine: Machine, policy: Policy) -> Room:
    """``machine.gpus`` are those that CUDA shows, in its order."""
    gpus = {f"cuda:{number}": _vram(gpu, policy.vram) for number, gpu in enumerate(machine.gpus)}
    closed = () if policy.gpus is None else tuple(name for n, name in enumerate(gpus) if n not in policy.gpus)
    used = {name: size for name, size in gpus.items() if name not in closed}
    untold = tuple(name for name, size in used.items() if size is None)
    nameless = not gpus and (machine.mps or machine.rocm) and policy.gpus != frozenset()
    ram = policy.ram if policy.ram is not None else max(0, machine.available - int(_SPARE_RAM * GB))
    return Room(
        ram,
        {name: size for name, size in used.items() if size is not None},
        closed,
        uncounted=bool(untold) or nameless,
        shared=nameless and machine.mps,
        untold=untold,
    )


def _vram(gpu: Gpu, budget: int | None) -> int | None:
    """None where nobody tells."""
    if budget is None:
        return max(0, gpu.free - int(_SPARE_VRAM * GB)) if gpu.total else None
    return min(budget, gpu.total) if gpu.total else budget
