"""xllamacpp needs the system's OpenMP library, libgomp.so.1, which slim images of Debian lack; PyTorch carries one."""

from __future__ import annotations

import ctypes
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

__all__ = ["LibraryMissing", "import_with_openmp"]

_LIBRARY = "libgomp.so.1"


class LibraryMissing(Exception):
    """A shared library is missing; the message names the package that holds it."""


def import_with_openmp(name: str) -> ModuleType:
    """Import the module, on PyTorch's OpenMP library where the system has none. Raises LibraryMissing, ImportError."""
    try:
        return import_module(name)
    except ImportError as exc:
        if _LIBRARY not in str(exc):
            raise
    try:
        ctypes.CDLL(str(_torch_copy()), mode=ctypes.RTLD_GLOBAL)
        return import_module(name)
    except (ImportError, OSError) as exc:
        raise LibraryMissing(f"{name} needs {_LIBRARY}: apt-get install libgomp1") from exc


def _torch_copy() -> Path:
    """The file in PyTorch's folder, found without importing PyTorch. Raises ImportError."""
    spec = find_spec("torch")
    if spec is None or spec.origin is None:
        raise ImportError("torch is not installed")
    return Path(spec.origin).parent / "lib" / _LIBRARY
