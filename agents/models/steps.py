"""Where models may step down to from their first device, so that what they step onto holds them."""

from __future__ import annotations

from collections.abc import Mapping

from agents.models.plan import Placed, ram_of

__all__ = ["with_steps"]


def with_steps(first: Mapping[int, Placed], left: Mapping[str, int], ram: int) -> dict[int, Placed]:
    """Each with the other GPUs that have room behind its first device, then the CPU.

    ``left`` are bytes free by GPU, ``ram`` those of the memory for models. What comes first is granted the CPU
    first, and only so many are that memory suffices when they all step down.
    """
    to_cpu = _to_cpu(first, ram)
    return {number: _with_steps(one, left, to_cpu=number in to_cpu) for number, one in first.items()}


def _to_cpu(first: Mapping[int, Placed], ram: int) -> set[int]:
    fallen, found = dict(first), set()
    for number, one in first.items():
        if not one.wish.last or not _free(one):
            continue
        then = fallen | {number: Placed(one.wish, ("cpu",), "")}
        if one.wish.cpu is None or ram_of(list(then.values())) <= ram:
            fallen = then
            found.add(number)
    return found


def _with_steps(one: Placed, left: Mapping[str, int], *, to_cpu: bool) -> Placed:
    if not _free(one):
        return one
    others = [gpu for gpu in left if gpu not in one.vram and left[gpu] >= one.wish.vram]
    others.sort(key=lambda gpu: -left[gpu])
    return Placed(one.wish, (*one.devices, *others, *(("cpu",) if to_cpu else ())), one.reason, one.vram)


def _free(one: Placed) -> bool:
    """Whether it may be elsewhere, and is not yet where it would go last."""
    return bool(one.devices) and one.wish.device in {"auto", "cuda"} and one.devices[0] != "cpu"
