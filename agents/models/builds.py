"""Whether the engines that are installed can use NVIDIA's GPUs at all, told by their files alone: none is imported."""

from __future__ import annotations

import mmap
import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path

__all__ = ["barred"]

_REMEDY = "make install ACCEL=cuda"
_REMEDIES = {"xllamacpp": f"{_REMEDY} LLAMACPP_INDEX=..., as the Makefile says"}
_EDGE = 8 << 20  # bytes at either end of a library, where the names stand of what it is linked to
_LOADER = Path("/etc/ld.so.cache")  # names of the libraries that the system's loader finds
_CUBLAS = "libcublas.so.12"  # what CTranslate2 loads by name


@cache
def barred(engine: str) -> str:
    """Why this engine (``torch``, ``ctranslate2``, ``xllamacpp``) runs on the CPU alone; empty when nothing says so."""
    knows = _KNOWS.get(engine, lambda: True)
    return "" if knows() else f"the {engine} that is installed knows no CUDA here: {_REMEDIES.get(engine, _REMEDY)}"


def _torch() -> bool:
    """Its version file names the CUDA it was built for, or None."""
    text = "".join(_read(folder / "version.py") for folder in _folders("torch"))
    return not re.search(r"^cuda\b.*= None$", text, re.MULTILINE)


def _ctranslate2() -> bool:
    """It brings its own kernels, and asks for cuBLAS of NVIDIA's packages, of conda or of the system.

    Where libraries lie is known of Linux alone; elsewhere loading will tell.
    """
    if not sys.platform.startswith("linux"):
        return True
    if any((folder / "cublas/lib" / _CUBLAS).is_file() for folder in _folders("nvidia")):
        return True
    if _CUBLAS in _read(_LOADER):
        return True
    places = [f"{sys.prefix}/lib", *os.environ.get("LD_LIBRARY_PATH", "").split(":")]
    return any((Path(place) / _CUBLAS).is_file() for place in places if place)


def _xllamacpp() -> bool:
    """One that knows GPUs is linked to the library of their driver, or of Vulkan."""
    libraries = [file for folder in _folders("xllamacpp") for file in folder.glob("*.so")]
    return not libraries or any(_holds(file, (b"libcuda.so", b"libvulkan.so")) for file in libraries)


_KNOWS: Mapping[str, Callable[[], bool]] = {"torch": _torch, "ctranslate2": _ctranslate2, "xllamacpp": _xllamacpp}


def _folders(package: str) -> Iterator[Path]:
    spec = find_spec(package)
    yield from (Path(place) for place in spec.submodule_search_locations or ()) if spec else ()


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="latin-1")
    except OSError:
        return ""


def _holds(file: Path, names: tuple[bytes, ...]) -> bool:
    try:
        with file.open("rb") as opened, mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as content:
            edges = (content[:_EDGE], content[-_EDGE:])
            return any(name in edge for edge in edges for name in names)
    except (OSError, ValueError):
        return False
