"""What a reference ``openai:...?option=value`` to a chat model may say: one set for all roles that can share it.

Budgets ``context``, ``prompt`` and ``reply`` in tokens; ``temperature`` and ``top_p``, the host's own where not given;
``limit``, the name by which the host takes the most tokens of an answer (max_tokens, max_completion_tokens);
``languages``; what the model can do: ``images``, ``audio``, ``tools``, ``schema`` (on, off); ``trust``, see
LanguageModelCard.reliable. Of captions and answers about pictures: ``side``, the longest side in pixels of a picture
that is sent; ``brief``, the most tokens of one; ``sure`` and ``half``, see Card.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.models.budgets import BUDGETS, Budgets
from agents.models.looking import Look
from agents.models.openai.place import Place
from agents.models.options import Options
from agents.ports import LanguageModelCard

if TYPE_CHECKING:
    from agents.models.reference import ModelReference

__all__ = ["ChatOptions"]

_CAPABILITIES = {"images": False, "audio": False, "tools": False, "schema": True}
_SAMPLING = {"temperature": 2.0, "top_p": 1.0}
_LOOK = frozenset({"side", "brief", "sure", "half"})
_KNOWN = frozenset({*BUDGETS, "limit", "languages", "trust", *_CAPABILITIES, *_SAMPLING, *_LOOK})
_LIMITS = frozenset({"max_tokens", "max_completion_tokens"})
_NEWER = "api.openai.com"  # where models refuse the older name; Ollama knows only that


@dataclass(frozen=True, slots=True)
class ChatOptions:
    """``sampling`` is sent with every request, ``limit`` the name under which the most tokens are sent."""

    card: LanguageModelCard
    look: Look
    limit: str
    sampling: dict[str, float]

    @classmethod
    def of(cls, reference: ModelReference) -> ChatOptions:
        """Raises ReferenceInvalid."""
        place = Place.of(reference)
        options = Options(reference, _KNOWN)
        newer = place.host == _NEWER
        given = {name: options.number(name, -1.0, 0, most) for name, most in _SAMPLING.items()}
        return cls(
            card=_card(reference, options),
            look=Look.of(options),
            limit=options.choice("limit", "max_completion_tokens" if newer else "max_tokens", _LIMITS),
            sampling={name: value for name, value in given.items() if value >= 0},
        )


def _card(reference: ModelReference, options: Options) -> LanguageModelCard:
    budgets = Budgets.of(reference, options)
    can = {name: options.switch(name, default) for name, default in _CAPABILITIES.items()}
    return LanguageModelCard(
        str(reference),
        budgets.context,
        budgets.prompt,
        budgets.reply,
        languages=options.tags("languages"),
        images=can["images"],
        audio=can["audio"],
        tools=can["tools"],
        json_schema=can["schema"],
        exact_tokens=False,
        reliable=options.switch("trust", False),
    )
