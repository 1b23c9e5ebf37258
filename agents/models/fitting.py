"""A prompt made for one language model, made to fit another: its system message, its media, its window."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from langchain_core.messages import BaseMessage, SystemMessage

from agents.enclosing import PICTURE_TOKENS
from agents.errors import ModelError, ModelRefused
from agents.ports import LanguageModel, LanguageModelCard

__all__ = ["fitted", "shaped"]

_AROUND = 8  # tokens a chat template puts around a message, generously
_MEDIUM = max(PICTURE_TOKENS.values())  # tokens, from above; a minute of sound costs no more


async def fitted(
    messages: Sequence[BaseMessage], model: LanguageModel, others: Sequence[LanguageModel]
) -> list[BaseMessage]:
    """The messages as the model takes them; it may have been one of the others that they were made for.

    The oldest exchanges give way, as they do when a prompt is made. Raises ModelRefused when what was said now does not
    fit by itself: cutting it could cut through the marks around what strangers wrote.
    """
    card, kept = model.card, [_taken(message, model.card) for message in messages]
    if all(other.card.prompt_budget <= card.prompt_budget for other in others):
        return shaped(kept, card)
    try:
        sizes = [size + _AROUND for size in await model.count_tokens([message.text for message in kept])]
    except ModelError:
        return shaped(kept, card)  # it will say itself what is wrong
    sizes = [size + _MEDIUM * _media(message) for size, message in zip(sizes, kept, strict=True)]
    head = 1 if kept and isinstance(kept[0], SystemMessage) else 0
    while sum(sizes) > card.prompt_budget:
        if len(kept) < head + 3:
            raise ModelRefused(card.reference, "longer than its prompt may be")
        del kept[head : head + 2], sizes[head : head + 2]
    return shaped(kept, card)


def shaped(messages: Sequence[BaseMessage], card: LanguageModelCard) -> list[BaseMessage]:
    """The messages with the one system message that the model copes with: instructions go before the first words."""
    found = list(messages)
    if card.fixed_system is None or not found or found[0].text == card.fixed_system:
        return found
    if not isinstance(found[0], SystemMessage) or len(found) == 1:
        return [message for message in found if not isinstance(message, SystemMessage)]
    return [SystemMessage(card.fixed_system), _led(f"{found[0].text}\n\n", found[1]), *found[2:]]


def _taken(message: BaseMessage, card: LanguageModelCard) -> BaseMessage:
    """The message without media that the model does not take."""
    if isinstance(message.content, str):
        return message
    taken = {"text"} | ({"image_url"} if card.images else set()) | ({"input_audio"} if card.audio else set())
    blocks = [block for block in message.content if isinstance(block, str) or block.get("type") in taken]
    told = blocks if any(_is_medium(block) for block in blocks) else message.text
    return message.model_copy(update={"content": told})


def _led(leading: str, message: BaseMessage) -> BaseMessage:
    """The message with these words before its own."""
    if isinstance(message.content, str):
        return message.model_copy(update={"content": leading + message.content})
    return message.model_copy(update={"content": [{"type": "text", "text": leading}, *message.content]})


def _media(message: BaseMessage) -> int:
    return 0 if isinstance(message.content, str) else sum(map(_is_medium, message.content))


def _is_medium(block: str | dict[str, Any]) -> bool:
    return isinstance(block, dict) and block.get("type") != "text"
