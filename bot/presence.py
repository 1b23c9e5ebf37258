"""Whether what a reference names is on this machine: the device it asks for, the local files it points at."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from agents.errors import ReferenceInvalid
from agents.models.options import nearest
from agents.models.plan import gpus_in

if TYPE_CHECKING:
    from agents.models.devices import Machine
    from agents.models.reference import ModelReference

__all__ = ["require_device", "require_files"]

_PLACES = ("/", "./", "../", "~")  # what begins like that is a path, and nothing else


def require_device(reference: ModelReference, machine: Machine, visible: str | None) -> None:
    """``visible`` is CUDA_VISIBLE_DEVICES. Raises ReferenceInvalid."""
    asked = reference.options.get("device", "auto")
    there = _devices(machine, visible)
    # PyTorch calls AMD's GPUs cuda too, and NVML does not know them
    if set(gpus_in(asked) or (asked,)) <= set(there) or machine.rocm:
        return
    hint = nearest(asked, there, "this machine has") + _why(machine, visible)
    raise ReferenceInvalid(str(reference), f"device={asked} is not there", hint)


def _devices(machine: Machine, visible: str | None) -> tuple[str, ...]:
    from agents.models.devices import cuda_visible

    count = len(cuda_visible(machine.gpus, visible))
    cuda = ("cuda", *(f"cuda:{number}" for number in range(count))) if count else ()
    return ("auto", "cpu", *cuda, *(("mps",) if machine.mps else ()))


def _why(machine: Machine, visible: str | None) -> str:
    if machine.undriven:
        return "; its NVIDIA GPU has no driver that answers: install NVIDIA's driver"
    return "; CUDA_VISIBLE_DEVICES hides others" if machine.gpus and visible is not None else ""


def require_files(reference: ModelReference) -> None:
    """Every path in the reference leads to something; what is not written as a path is not ours to look for.

    Raises ReferenceInvalid.
    """
    for name, text in (("", reference.name), *reference.options.items()):
        if text.startswith(_PLACES) and not _exists(_path(text)):
            what = f"{name}={text}" if name else text
            raise ReferenceInvalid(str(reference), f"{what} is not there", _near(text))


def _near(text: str) -> str:
    """What was probably meant, by the names beside it."""
    path, before = _path(text), text.rstrip("/").rpartition("/")[0]
    near = get_close_matches(path.name, _beside(path), n=1)
    meant = f"; did you mean {before}/{near[0]}?" if near else ""
    return f"name a file or folder that exists{meant}"


def _beside(path: Path) -> Iterator[str]:
    try:
        yield from (entry.name for entry in path.parent.iterdir())
    except OSError:
        return


def _path(text: str) -> Path:
    try:
        return Path(text).expanduser()
    except RuntimeError:  # there is no such user
        return Path(text)


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a name that is too long, a folder that may not be entered
        return False
