"""Options of a model reference, read strictly: an unknown or malformed one is refused with what is allowed instead."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING

from agents.errors import ReferenceInvalid
from agents.models.threads import budget, cores

if TYPE_CHECKING:
    from agents.models.reference import ModelReference

__all__ = ["Options", "nearest", "threads_for_senses"]

_DEVICE = re.compile(r"auto|cpu|mps|cuda(?::\d{1,2})?")
_SEVERAL = re.compile(r"cuda:\d{1,2}(?:\+\d{1,2})+")
_DEVICES = ("auto", "cpu", "cuda", "cuda:0", "cuda:1", "mps")


def threads_for_senses() -> int:
    """Threads an engine uses inside one call unless the reference says otherwise.

    A lone voice note or photo is what a person waits for, and the engines' pools sleep between calls: run together on
    two cores, Whisper and OCR slow each other down by sharing them, not by more.
    """
    return budget(cores()).sense


def nearest(given: str, allowed: Iterable[str], leading: str) -> str:
    """What is allowed, in words, and what was probably meant."""
    names = sorted(allowed)
    near = get_close_matches(given, names, n=1)
    return f"{leading} {', '.join(names)}{f'; did you mean {near[0]}?' if near else ''}"


class Options:
    """The options of one reference. Raises ReferenceInvalid at once for a name that is not among ``known``."""

    def __init__(self, reference: ModelReference, known: frozenset[str]) -> None:
        self._reference = str(reference)
        self._values: Mapping[str, str] = reference.options
        if strange := sorted(set(self._values) - known):
            self._refuse(f"no option {strange[0]!r}", nearest(strange[0], known, f"{reference.backend} knows"))

    def text(self, name: str, default: str) -> str:
        return self._values.get(name, default)

    def choice(self, name: str, default: str, allowed: frozenset[str]) -> str:
        value = self._values.get(name, default)
        if value not in allowed:
            self._refuse(f"{name}={value} is wrong", nearest(value, allowed, f"{name} is one of"))
        return value

    def switch(self, name: str, default: bool) -> bool:
        return self.choice(name, "on" if default else "off", frozenset({"on", "off"})) == "on"

    def whole(self, name: str, default: int, low: int, high: int) -> int:
        text = self._values.get(name)
        if text is None:
            return default
        if not text.isascii() or not text.isdigit() or not low <= int(text[:9]) <= high:
            self._refuse(f"{name}={text} is wrong", f"{name} is a whole number from {low} to {high}")
        return int(text)

    def number(self, name: str, default: float, low: float, high: float) -> float:
        text = self._values.get(name)
        if text is None:
            return default
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not low <= value <= high:
            self._refuse(f"{name}={text} is wrong", f"{name} is a number from {low:g} to {high:g}")
        return value

    def device(self, default: str = "auto", *, several: bool = False) -> str:
        """Where to run: ``cpu``, ``cuda``, ``cuda:N``, ``mps``, or ``auto``: the best of these that there is.

        ``several``: the engine lays one model over several GPUs, which are written ``cuda:0+1``.
        """
        value = self._values.get("device", default)
        if not several and _SEVERAL.fullmatch(value):
            self._refuse(f"device={value} is wrong", f"it runs on one GPU: write device={value.partition('+')[0]}")
        if not (_DEVICE.fullmatch(value) or _SEVERAL.fullmatch(value)):
            self._refuse(f"device={value} is wrong", nearest(value, _DEVICES, "device is one of"))
        return value

    def tags(self, name: str) -> frozenset[str] | None:
        """BCP 47 primary tags with commas between; None when the option is absent."""
        value = self._values.get(name)
        return None if value is None else frozenset(tag for tag in value.split(",") if tag)

    def _refuse(self, problem: str, remedy: str) -> None:
        raise ReferenceInvalid(self._reference, problem, remedy)
