"""How much of a language model's window is whose: options of every reference to one, in its own tokens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.errors import ReferenceInvalid

if TYPE_CHECKING:
    from agents.models.options import Options
    from agents.models.reference import ModelReference

__all__ = ["BUDGETS", "Budgets"]

BUDGETS = frozenset({"context", "prompt", "reply"})
_MOST = 10_000_000


@dataclass(frozen=True, slots=True)
class Budgets:
    """``context`` is the window; ``prompt`` and ``reply`` are what of it we use for either."""

    context: int
    prompt: int
    reply: int

    @classmethod
    def of(cls, reference: ModelReference, options: Options, window: int = 8192) -> Budgets:
        """``window`` is the context unless the reference gives one. Raises ReferenceInvalid."""
        context = options.whole("context", window, 256, _MOST)
        reply = options.whole("reply", min(1000, context // 4), 8, _MOST)
        prompt = options.whole("prompt", max(context - reply, 0), 64, _MOST)
        if prompt + reply > context:
            raise ReferenceInvalid(
                str(reference), "prompt and reply do not fit the context", "make context at least prompt + reply"
            )
        return cls(context, prompt, reply)
