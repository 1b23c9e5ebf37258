"""The plan in a few lines, for whoever starts Parley: what runs where, and how much of the memory it takes."""

from __future__ import annotations

from agents.models.plan import RAM, Placed, Plan, gigabytes, gpus_in

__all__ = ["outline"]


def outline(plan: Plan) -> list[str]:
    """A line for each GPU in use and one for the machine's memory, and what to be wary of."""
    lines = [_gpu(gpu, plan) for gpu in plan.room.gpus if _on(gpu, plan)]
    if plan.taken()[RAM]:
        lines.append(_memory(plan))
    lines += [f"{one.wish.name}: {one.reason}" for one in plan.placed if one.left_out]
    return [*lines, *(f"Careful: {warning}" for warning in plan.warnings)]


def _on(gpu: str, plan: Plan) -> list[Placed]:
    return [one for one in plan.placed if one.devices and gpu in gpus_in(one.devices[0])]


def _gpu(gpu: str, plan: Plan) -> str:
    users = ", ".join(f"{'/'.join(one.wish.roles)} {_size(one.vram[gpu])}" for one in _on(gpu, plan))
    return f"{gpu}: {users}; about {_of(plan.taken()[gpu], plan.room.gpus[gpu])}"


def _size(size: int) -> str:
    return gigabytes(size) if size else "of unknown size"


def _memory(plan: Plan) -> str:
    on_cpu = ["/".join(one.wish.roles) for one in plan.placed if one.place == "cpu"]
    on_gpus = any(_on(gpu, plan) for gpu in plan.room.gpus)
    which = f"cpu: {', '.join(on_cpu)}" if on_gpus and on_cpu else "models" if on_gpus else "models on the CPU"
    unknown = [one for one in plan.placed if one.place == "cpu" and one.footprint is None]
    beside = f", without {', '.join('/'.join(one.wish.roles) for one in unknown)}" if unknown else ""
    return f"{which}: about {_of(plan.taken()[RAM], plan.room.ram)} of memory{beside}"


def _of(taken: int, budget: int) -> str:
    return f"{gigabytes(taken).removesuffix(' GB')} of {gigabytes(budget)}"
