"""Where a model is to run: one device, or several GPUs that it is laid over, as ``from_pretrained`` wants it told."""

from __future__ import annotations

from typing import Any

from agents.errors import ModelOutOfMemory, ModelUnavailable
from agents.models.plan import gpus_in

__all__ = ["device_of", "where", "whole"]

_SHARE = 0.85  # of a GPU's free memory is for weights where several share a model; the rest is for work


def device_of(asked: str, reference: str) -> str:
    """The device that ``device=`` means here. Raises ModelUnavailable for what this machine does not have."""
    import torch

    cuda, mps = torch.cuda.is_available(), torch.backends.mps.is_available()
    if asked == "auto":
        return "cuda" if cuda else "mps" if mps else "cpu"
    count = torch.cuda.device_count() if cuda else 0
    needed = [int(gpu.partition(":")[2]) for gpu in gpus_in(asked)]
    there = mps if asked == "mps" else bool(count) and max(needed, default=0) < count
    if asked == "cpu" or there:
        return asked
    raise ModelUnavailable(reference, f"there is no device {asked} here that PyTorch can use: leave device out")


def where(device: str) -> dict[str, Any]:
    """The arguments of ``from_pretrained`` for a device that is there."""
    import torch

    gpus = [int(gpu.partition(":")[2]) for gpu in gpus_in(device)]
    if len(gpus) < 2:
        return {"device_map": {"": device}}
    room = {gpu: int(torch.cuda.mem_get_info(gpu)[0] * _SHARE) for gpu in sorted(gpus)}
    return {"device_map": "balanced", "max_memory": {**room, "cpu": 0}}


def whole(model: Any, reference: str) -> None:
    """Raises ModelOutOfMemory when parts of a model that is laid over GPUs found no room on them."""
    places = getattr(model, "hf_device_map", {}).values()
    if len(set(places)) > 1 and any(place in {"cpu", "disk"} for place in places):
        raise ModelOutOfMemory(reference, "these GPUs have no room for it: name another, or quant=4bit")
