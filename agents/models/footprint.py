"""What a model takes of memory at work, estimated from its files and options before anything is loaded."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["CUDA_CONTEXT", "CUDA_HOST", "Footprint"]

# What CUDA takes for a process that uses it, in bytes of a GPU's memory and of the machine's: reckoned from what others
# tell (0.4 to 0.7 GB with cuBLAS' workspaces), since no GPU was at hand. Each model counts it, though those of one
# process share it: so the estimates stay above.
CUDA_CONTEXT = 600_000_000
CUDA_HOST = 300_000_000


@dataclass(frozen=True, slots=True)
class Footprint:
    """Bytes on one kind of device: ``ram`` of the machine's memory, ``vram`` of one GPU's.

    Both hold for a full batch, or every slot, at work. ``item`` of them is what each item beyond the first takes, so
    that a smaller batch saves it. ``library`` names what its engine loads once a process, ``library_ram`` in size; it
    is not part of ``ram``. Where two models tell different sizes of one library, the larger holds. Empty: the engine
    has a process of its own, and all is in ``ram``.
    """

    ram: int
    vram: int = 0
    item: int = 0
    library: str = ""
    library_ram: int = 0
