"""What a reference ``llamacpp:...?option=value`` may say; the defaults suit small models on small machines."""

from __future__ import annotations

import os
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from agents.errors import ReferenceInvalid

if TYPE_CHECKING:
    from agents.models.reference import ModelReference

__all__ = ["LlamaCppOptions"]

FIXED_SYSTEM = "You are a helpful assistant."
_MOST_THREADS = 8
_BOUNDS: dict[str, tuple[float, float]] = {
    "threads": (1, 256),
    "slots": (1, 64),
    "context": (256, 1_048_576),
    "cache": (0, 65_536),
    "prompt": (64, 1_048_576),
    "reply": (8, 65_536),
    "queue": (0, 10_000),
    "temperature": (0, 2),
    "top_p": (0, 1),
    "top_k": (0, 1_000),
    "repeat": (0.5, 2),
    "dry": (0, 5),
    "load": (1, 3_600),
    "verbosity": (0, 5),
}


def _threads() -> int:
    return max(1, min(os.cpu_count() or 1, _MOST_THREADS))


@dataclass(frozen=True, slots=True)
class LlamaCppOptions:
    """Every option of a reference.

    ``context``, ``prompt`` and ``reply`` are in tokens: the window of each slot and our budgets within it. ``slots``
    is how many answers are written at once, ``queue`` how many more may wait. ``cache`` is the room in MiB where the
    state of past prompts is kept, beside the slots. ``repeat`` and ``dry`` are llama.cpp's repetition penalty (1 is
    none) and DRY multiplier (0 is none), both looking at the recent tokens only, and DRY at long repeats only.
    ``load`` is the longest loading in seconds. ``system=fixed`` declares a model that copes with no other system
    message than its training's. ``languages`` are BCP 47 primary tags with commas between; without, any.
    ``verbosity`` above 0 lets llama.cpp write to the log.
    """

    threads: int = 0
    slots: int = 2
    context: int = 2048
    cache: int = 128
    prompt: int = 1200
    reply: int = 300
    queue: int = 32
    temperature: float = 0.2
    top_p: float = 0.9
    top_k: int = 40
    repeat: float = 1.0
    dry: float = 0.8
    load: float = 120.0
    verbosity: int = 0
    system: str | None = None
    languages: frozenset[str] | None = None

    @classmethod
    def of(cls, reference: ModelReference) -> LlamaCppOptions:
        """The options a reference sets. Raises ReferenceInvalid."""
        known = {field.name for field in fields(cls)}
        values: dict[str, Any] = {"threads": _threads()}
        for key, text in reference.options.items():
            if key not in known:
                raise ReferenceInvalid(
                    str(reference), f"no option {key!r}", f"llamacpp knows {', '.join(sorted(known))}"
                )
            values[key] = _value(reference, key, text)
        options = cls(**values)
        if options.prompt + options.reply > options.context:
            raise ReferenceInvalid(
                str(reference), "prompt and reply do not fit the context", "make context at least prompt + reply"
            )
        return options


def _value(reference: ModelReference, key: str, text: str) -> object:
    if key == "languages":
        return frozenset(tag for tag in text.split(",") if tag) or None
    if key == "system":
        if text != "fixed":
            raise ReferenceInvalid(str(reference), f"system={text} is unknown", "write system=fixed or leave it out")
        return FIXED_SYSTEM
    low, high = _BOUNDS[key]
    whole = isinstance(getattr(LlamaCppOptions(), key), int)
    try:
        number = int(text) if whole else float(text)
    except ValueError:
        number = None
    if number is None or not low <= number <= high:
        kind = "a whole number" if whole else "a number"
        raise ReferenceInvalid(str(reference), f"{key}={text} is wrong", f"{key} is {kind} from {low:g} to {high:g}")
    return number
