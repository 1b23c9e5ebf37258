"""Which profile suits a machine, and why: a pure decision, so that it can be shown for machines that are not here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from agents.models.room import GB, SYSTEM_RAM

if TYPE_CHECKING:
    from agents.models.devices import Machine
    from agents.models.profiles import Profile

__all__ = ["Recommendation", "recommend"]

_ON_GPU = ("gpu-24g", "gpu-12g")  # the more able first
_ON_CPU = ("cpu", "embedded", "tiny")
_CUDA = 13  # what PyTorch of requirements/cuda.txt is built for
_CORES = {"cpu": 4}  # below, a photo takes longer than people wait
_SPARE_DISK = 1.0  # GB


@dataclass(frozen=True, slots=True)
class Recommendation:
    """``profile`` suits best, for these ``reasons``; ``commands`` set it up. ``advice`` is what else may be done."""

    profile: str
    reasons: tuple[str, ...]
    commands: tuple[str, ...]
    advice: tuple[str, ...] = field(default=())


def recommend(
    machine: Machine, profiles: Mapping[str, Profile], free_disk: int, to_fetch: Mapping[str, int]
) -> Recommendation:
    """``free_disk`` is in bytes where models are kept, ``to_fetch`` the bytes each profile still lacks, if known."""
    reasons: list[str] = [_told(machine)]
    for name in (*_ON_GPU, *_ON_CPU):
        if name not in profiles:
            continue
        lack = _lack(profiles[name], machine, free_disk, to_fetch.get(name, 0))
        if lack is None:
            reasons.append(_fits(profiles[name]))
            return Recommendation(name, tuple(reasons), _commands(name), tuple(_advice(machine)))
        reasons.append(f"{name}: {lack}")
    reasons.append("nothing fits here: let another host run the models")
    return Recommendation("remote", tuple(reasons), _commands("remote"), tuple(_advice(machine)))


def _lack(wanted: Profile, machine: Machine, free_disk: int, to_fetch: int) -> str | None:
    """What the machine has too little of for the profile; None when it fits."""
    memory = max((gpu.total for gpu in machine.gpus), default=0) / GB
    if wanted.vram_gb > memory:
        return f"wants a GPU with {wanted.vram_gb:g} GB" + (f", the largest here has {memory:.1f} GB" if memory else "")
    if wanted.vram_gb and machine.cuda and int(machine.cuda.partition(".")[0]) < _CUDA:
        return f"wants a driver for CUDA {_CUDA}, and this one is for {machine.cuda}: update it"
    ram = machine.ram / GB
    if wanted.ram_gb + SYSTEM_RAM > ram:
        return (
            f"takes {wanted.ram_gb:g} GB of memory beside {SYSTEM_RAM:g} GB for the system, and there are {ram:.1f} GB"
        )
    if machine.cores < _CORES.get(wanted.name, 1):
        return f"would answer too slowly on {machine.cores} cores: it wants {_CORES[wanted.name]}"
    disk = to_fetch / GB + _SPARE_DISK
    if to_fetch and disk * GB > free_disk:
        return f"needs {disk:.1f} GB of disk for its files, and {free_disk / GB:.1f} GB are free"
    return None


def _told(machine: Machine) -> str:
    """The machine in a clause."""
    gpus = ", ".join(f"{gpu.name} with {gpu.total / GB:.1f} GB" for gpu in machine.gpus)
    own = gpus or ("Apple's GPU, which shares it" if machine.mps else "no GPU that CUDA can use")
    return f"this machine has {machine.cores} cores, {machine.ram / GB:.1f} GB of memory, {own}"


def _fits(wanted: Profile) -> str:
    where = f"{wanted.vram_gb:g} GB of GPU memory and " if wanted.vram_gb else ""
    return (
        f"{wanted.name}: fits, with {where}{wanted.ram_gb:g} GB of memory" if wanted.ram_gb else f"{wanted.name}: fits"
    )


def _advice(machine: Machine) -> Sequence[str]:
    advice = []
    largest = max(machine.gpus, key=lambda gpu: gpu.total, default=None)
    if largest and largest.free < 0.8 * largest.total:
        advice.append(f"only {largest.free / GB:.1f} GB of the GPU are free now: end what else uses it")
    if len(machine.gpus) > 1:
        advice.append("a further GPU can take a model of its own: set device=cuda:1 in the reference of a role")
    if machine.undriven:
        advice.append("there is an NVIDIA GPU whose driver does not answer: install the driver until nvidia-smi works")
    if machine.rocm:
        advice.append("there is an AMD GPU: with PyTorch's ROCm build, models that run by it take device=cuda")
    if machine.mps:
        advice.append("models that run by PyTorch use Apple's GPU with device=mps")
    return advice


def _commands(name: str) -> tuple[str, ...]:
    """What to do next, in this order."""
    accelerated = " ACCEL=cuda" if name in _ON_GPU else ""
    remote = ("put PARLEY_REMOTE_URL=http://host:port/v1#model into .env",) if name == "remote" else ()
    return (
        f"make install{accelerated}",
        f"python -m bot models pull {name}",
        f"put PARLEY_PROFILE={name} into .env",
        *remote,
        "python -m bot models check",
    )
