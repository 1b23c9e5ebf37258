"""What is known of a house of models before any is loaded, and what is decided: wishes, and the plan made of them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from agents.models.room import GB

if TYPE_CHECKING:
    from agents.models.footprint import Footprint
    from agents.models.reference import ModelReference
    from agents.models.room import Room

__all__ = ["RAM", "Placed", "Plan", "Wish", "gigabytes", "gpus_in", "ram_of"]

RAM = "ram"  # the machine's memory, among the names of GPUs
_GPUS = re.compile(r"cuda:\d{1,2}(?:\+\d{1,2})*")


def gpus_in(device: str) -> tuple[str, ...]:
    """The GPUs a device names by number: one in ``cuda:1``, two in ``cuda:0+1``, none in ``cuda`` and ``cpu``."""
    if not _GPUS.fullmatch(device):
        return ()
    return tuple(f"cuda:{int(number)}" for number in device.removeprefix("cuda:").split("+"))


def gigabytes(size: float) -> str:
    return f"{size / GB:.1f} GB"


@dataclass(frozen=True, slots=True)
class Wish:
    """One model, for the ``roles`` that share it, and what is known of it. A footprint of None: nothing is.

    ``device`` is where it asks to be: ``auto``, ``cpu``, ``mps``, ``cuda`` (any GPU), ``cuda:1``, ``cuda:0+1``; empty
    for a model that nobody can place, since it runs on the CPU alone, or (``elsewhere``) on another host. ``barred``
    says why its engine cannot use the GPUs here. ``spreads``: its engine lays one model over several GPUs. ``first``:
    it is what a role asks before all others; ``last``: nothing answers in its place. ``apart``: its engine has a
    process of its own; None: on a GPU.
    """

    reference: ModelReference
    roles: tuple[str, ...]
    device: str = "auto"
    cpu: Footprint | None = None
    gpu: Footprint | None = None
    elsewhere: bool = False
    barred: str = ""
    spreads: bool = False
    first: bool = True
    last: bool = True
    apart: bool | None = False

    @property
    def name(self) -> str:
        """How a sentence names it."""
        return f"{', '.join(self.roles)} ({self.reference.backend}:{self.reference.name})"

    @property
    def vram(self) -> int:
        """Bytes on a GPU; 0 where nobody knows."""
        return self.gpu.vram if self.gpu else 0

    def scaled(self, part: float) -> Wish:
        """The same, were it so much smaller."""
        return replace(self, cpu=_scaled(self.cpu, part), gpu=_scaled(self.gpu, part))


def _scaled(footprint: Footprint | None, part: float) -> Footprint | None:
    if footprint is None:
        return None
    return replace(footprint, ram=int(footprint.ram * part), vram=int(footprint.vram * part))


@dataclass(frozen=True, slots=True)
class Placed:
    """Where one model goes: ``devices``, the best first, and why. Empty: its engine chooses, or it cannot be placed.

    ``vram`` are bytes by GPU on the first of the devices. ``left_out``: it has no place, and what stands after it in
    its role's list answers alone.
    """

    wish: Wish
    devices: tuple[str, ...]
    reason: str
    vram: Mapping[str, int] = field(default_factory=dict)
    left_out: bool = False

    @property
    def place(self) -> str:
        """Where it goes first, in a word or two."""
        if self.devices:
            return self.devices[0]
        if self.left_out:
            return "nowhere"
        if self.wish.elsewhere:
            return "another host"
        return "its engine chooses" if self.wish.device else "cpu"

    @property
    def footprint(self) -> Footprint | None:
        """What it takes where it goes first; None: unknown, or nothing since it does not run here."""
        if self.left_out or self.wish.elsewhere:
            return None
        return self.wish.gpu if self.devices and self.devices[0].startswith(("cuda", "mps")) else self.wish.cpu

    @property
    def ram(self) -> int:
        """Bytes of the machine's memory, but for the library it shares. Apple's GPU has no memory of its own."""
        if self.footprint is None:
            return 0
        shared = self.footprint.vram if self.devices[:1] == ("mps",) else 0
        return self.footprint.ram + shared + (self.footprint.library_ram if self.apart else 0)

    @property
    def apart(self) -> bool:
        """Whether its engine has a process of its own, with a library of its own."""
        return self.place.startswith("cuda") if self.wish.apart is None else self.wish.apart


@dataclass(frozen=True, slots=True)
class Plan:
    """Every model in the order of the wishes, and the budgets they were fitted into."""

    placed: tuple[Placed, ...]
    room: Room
    warnings: tuple[str, ...] = ()

    def taken(self) -> dict[str, int]:
        """Estimated bytes by device, RAM among them, for every device there is."""
        total = Counter(dict.fromkeys((RAM, *self.room.gpus), 0))
        for one in self.placed:
            total.update(one.vram)
        total[RAM] = ram_of(self.placed)
        return dict(total)

    def libraries(self) -> dict[str, int]:
        """What engines load once a process, in bytes by name."""
        return _libraries(self.placed)


def ram_of(placed: Sequence[Placed]) -> int:
    """Bytes of the machine's memory that these take together, each library once."""
    return sum(one.ram for one in placed) + sum(_libraries(placed).values())


def _libraries(placed: Iterable[Placed]) -> dict[str, int]:
    found: dict[str, int] = {}
    for one in placed:
        if one.footprint and one.footprint.library and not one.apart:
            found[one.footprint.library] = max(found.get(one.footprint.library, 0), one.footprint.library_ram)
    return found
