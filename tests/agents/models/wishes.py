"""Wishes and machines that tests of placement make up."""

from __future__ import annotations

from typing import Any

from agents.models.devices import Gpu, Machine
from agents.models.footprint import Footprint
from agents.models.plan import Plan, Wish
from agents.models.reference import ModelReference

__all__ = ["GB", "house", "machine", "where", "wish"]

GB = 10**9


def wish(role: str, gb: float | None, device: str = "auto", **facts: Any) -> Wish:
    """A model called as its role, which takes so much on a GPU and on a CPU alike; None: nobody knows."""
    options = {} if device in {"auto", ""} else {"device": device}
    size = None if gb is None else round(gb * GB)
    return Wish(
        ModelReference("engine", f"own/{role}", None, options),
        (role,),
        device,
        cpu=None if size is None else Footprint(size),
        gpu=None if size is None else Footprint(round(0.1 * GB), size),
        **facts,
    )


def machine(*gpus: float, ram: float = 64, **facts: Any) -> Machine:
    """With so many gigabytes free for models on each GPU, and in its memory."""
    cards = tuple(Gpu("card", round((gb + 0.5) * GB), round((gb + 0.5) * GB)) for gb in gpus)
    memory = round((ram + 0.4) * GB)
    return Machine(cores=8, ram=2 * memory, available=memory, gpus=cards, **facts)


def house(*sizes: float) -> list[Wish]:
    """Models of these sizes that go anywhere."""
    return [wish(f"model{number}", gb) for number, gb in enumerate(sizes)]


def where(plan: Plan) -> list[tuple[str, ...]]:
    return [one.devices for one in plan.placed]
