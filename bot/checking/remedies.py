"""What to do about a model that does not load or work: the missing library or driver, by the words of its engine.

Engines tell what they lack in the text of their errors alone. The text itself is not shown: it holds paths.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

__all__ = ["remedy"]

_CUDA = "make install ACCEL=cuda"
_LIBRARY = re.compile(r"\blib[\w+-]+\.(?:so|dylib)[.\d]*|\b[\w-]+\.dll\b")
_KNOWN: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        re.compile(r"driver version is insufficient|driver .{0,40}too old", re.I),
        "the NVIDIA driver is too old for this CUDA: update it (nvidia-smi tells its version)",
    ),
    (
        re.compile(r"no NVIDIA driver|no CUDA-capable device|libcuda\.so", re.I),
        "NVIDIA's driver is missing: install it, until nvidia-smi answers",
    ),
    (re.compile(r"not compiled with CUDA|without CUDA support", re.I), f"this build knows no CUDA: {_CUDA}"),
    (
        re.compile(r"out of memory|failed to allocate|cannot allocate memory", re.I),
        "not enough memory: close what else uses it, or choose a smaller model or quantisation "
        "(`python -m bot models recommend`)",
    ),
    (re.compile(r"lib(?:cublas|cudnn|cudart|cufft|curand|nvrtc)", re.I), f"CUDA's libraries are missing: {_CUDA}"),
)


def remedy(error: BaseException) -> str:
    """In a few plain words; empty when nothing is known."""
    for cause in _causes(error):
        text = str(cause)[:2000]
        if isinstance(cause, ModuleNotFoundError) and cause.name:
            return f"the Python package {cause.name.partition('.')[0]} is missing: make install"
        for pattern, words in _KNOWN:
            if pattern.search(text):
                return words
        if isinstance(cause, OSError | ImportError | RuntimeError) and (library := _LIBRARY.search(text)):
            return f"the system library {library[0]} is missing or does not fit"
    return ""


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and what it came from, the first cause first: that one knows best."""
    chain: list[BaseException] = []
    current: BaseException | None = error
    while current is not None and current not in chain:
        chain.append(current)
        current = current.__cause__ or current.__context__
    yield from reversed(chain)
