"""What a reference to a BLIP model may say: ``blip:...?option=value`` and ``blip2:...?option=value``.

Options: those of loading.py; ``tokens``, the longest caption or answer; ``beams`` that are searched (1: always the
likeliest token); ``together``, pictures that go through the model at once; ``sure`` and ``half`` (see Card).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.models.options import Options
from agents.models.transformers.loading import LOADING, check
from agents.ports import Card

if TYPE_CHECKING:
    from agents.models.reference import ModelReference

__all__ = ["BlipOptions"]

_KNOWN = LOADING | {"tokens", "beams", "together", "sure", "half"}
_TOGETHER = 4
_CONFIDENCE = "geometric mean of the probabilities of the tokens of the caption or answer"


@dataclass(frozen=True, slots=True)
class BlipOptions:
    """``tokens``: the longest caption or answer; ``beams``: how many are searched."""

    card: Card
    loading: Options
    tokens: int
    beams: int

    @classmethod
    def of(cls, reference: ModelReference) -> BlipOptions:
        """Raises ReferenceInvalid."""
        options = Options(reference, _KNOWN)
        check(options)
        sure = options.number("sure", 0.6, 0.01, 1)
        card = Card(
            reference=str(reference),
            languages=frozenset({"en"}),
            sure_from=sure,
            half_from=options.number("half", min(0.3, sure), 0.01, sure),
            confidence=_CONFIDENCE,
            together=options.whole("together", _TOGETHER, 1, 64),
        )
        return cls(card, options, options.whole("tokens", 32, 1, 256), options.whole("beams", 1, 1, 8))
