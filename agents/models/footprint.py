"""What a model takes of memory at work, estimated from its files and options before anything is loaded."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Footprint"]


@dataclass(frozen=True, slots=True)
class Footprint:
    """Bytes on one kind of device: ``ram`` of the machine's memory, ``vram`` of one GPU's.

    Both hold for a full batch, or every slot, at work. ``item`` of them is what each item beyond the first takes, so
    that a smaller batch saves it. ``library`` names what its engine loads once a process, ``library_ram`` in size; it
    is not part of ``ram``. Empty: the engine has a process of its own, and all is in ``ram``.
    """

    ram: int
    vram: int = 0
    item: int = 0
    library: str = ""
    library_ram: int = 0
