"""cuBLAS of CUDA 12, which CTranslate2 looks for by its name, loaded from the package that pip put it into.

The system's loader does not look there, and what is loaded once is found by its name afterwards.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

__all__ = ["load_cuda_libraries"]

# In this order, for the second needs the first.
_LIBRARIES = ("cublas/lib/libcublasLt.so.12", "cublas/lib/libcublas.so.12")


def load_cuda_libraries(places: Iterable[Path] | None = None) -> list[str]:
    """Load those that lie below ``places``, by default the packages of NVIDIA; the rest is the system's to have."""
    loaded = []
    for place in _packages() if places is None else places:
        for name in _LIBRARIES:
            if (place / name).is_file():
                try:
                    ctypes.CDLL(str(place / name), mode=ctypes.RTLD_GLOBAL)
                except OSError:  # for another machine, or damaged: CTranslate2 will say which one it misses
                    continue
                loaded.append(name)
    return loaded


def _packages() -> list[Path]:
    spec = find_spec("nvidia")
    return [Path(place) for place in spec.submodule_search_locations or ()] if spec else []
