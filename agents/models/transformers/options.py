"""What a reference to a model that writes may say: ``transformers:...?option=value`` and ``vlm:...?option=value``.

Both: those of loading.py; ``context``, ``prompt`` and ``reply`` in tokens; ``languages``; ``temperature`` (0: always
the likeliest token) and ``top_p``; ``trust``, see LanguageModelCard.reliable; ``slots``, how many answers are written
at once; ``cache``, how many MB keep what was read, for the next turns of conversations. Only ``vlm``: ``pixels``, the
most of one picture; ``brief``, the most tokens of a caption or an answer; ``together``, how many pictures go through
the model at once (4 with device=cuda, else 1); ``sure`` and ``half``, see Card.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.models.budgets import BUDGETS, Budgets
from agents.models.options import Options
from agents.models.transformers.loading import LOADING, check
from agents.ports import Card, LanguageModelCard

if TYPE_CHECKING:
    from agents.models.reference import ModelReference

__all__ = ["LookingOptions", "WritingOptions"]

_WRITING = LOADING | BUDGETS | {"languages", "temperature", "top_p", "trust", "slots", "cache"}
_LOOKING = _WRITING | {"pixels", "brief", "together", "sure", "half"}
_WINDOW = 4096  # what nearly all models were made for; more costs memory
_SLOTS, _CACHE = 4, 256  # answers, and MB
_PIXELS = 1024 * 28 * 28  # what Qwen2.5-VL reads as 1,024 tokens


@dataclass(frozen=True, slots=True)
class WritingOptions:
    """How a language model writes, and within which budgets. ``cache`` is in bytes."""

    loading: Options
    card: LanguageModelCard
    temperature: float
    top_p: float
    slots: int
    cache: int

    @classmethod
    def of(cls, reference: ModelReference, *, images: bool = False) -> WritingOptions:
        """Raises ReferenceInvalid."""
        options = Options(reference, _LOOKING if images else _WRITING)
        check(options, several=True)
        budgets = Budgets.of(reference, options, _WINDOW)
        card = LanguageModelCard(
            str(reference),
            budgets.context,
            budgets.prompt,
            budgets.reply,
            languages=options.tags("languages"),
            images=images,
            reliable=options.switch("trust", False),
        )
        return cls(
            options,
            card,
            temperature=options.number("temperature", 0.2, 0, 2),
            top_p=options.number("top_p", 0.9, 0.01, 1),
            slots=options.whole("slots", _SLOTS, 1, 64),
            cache=options.whole("cache", _CACHE, 0, 65_536) * 1_000_000,
        )


@dataclass(frozen=True, slots=True)
class LookingOptions:
    """How a vision-language model looks at pictures. ``pixels`` of one picture, ``brief`` in tokens."""

    card: Card
    pixels: int
    brief: int

    @classmethod
    def of(cls, reference: ModelReference) -> LookingOptions:
        """Raises ReferenceInvalid."""
        options = Options(reference, _LOOKING)
        # A CPU takes as long for two together as for one after another.
        on_gpu = options.device(several=True).startswith("cuda")
        sure = options.number("sure", 0.6, 0.01, 1)
        card = Card(
            reference=str(reference),
            languages=options.tags("languages"),
            sure_from=sure,
            half_from=options.number("half", min(0.3, sure), 0.01, sure),
            confidence="geometric mean of the probabilities of the tokens of the caption or answer",
            together=options.whole("together", 4 if on_gpu else 1, 1, 64),
        )
        return cls(card, options.whole("pixels", _PIXELS, 16_384, 16_777_216), options.whole("brief", 96, 1, 1024))
