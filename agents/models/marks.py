"""Keeps senders from writing the marks by which a chat template tells who speaks and where a picture stands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

__all__ = ["Marks"]

# What the templates in use have in common: ChatML and its kin, Llama, Gemma, Mistral, and the places of media.
_COMMON = (
    r"<(?=\|)|(?<=\|)>"
    r"|<(?=/?s>|/?(?:start|end)_of_turn>|/?(?:image|img|video|audio)>|__media__>)"
    r"|\[(?=/?INST\]|/?SYSTEM_PROMPT\])"
)


class Marks:
    """The common marks, and ``tokens``, the special tokens of one model's tokenizer, where they are known.

    Each loses its first character, so that what a sender wrote stays readable and nothing in it acts as a mark.
    """

    def __init__(self, tokens: Iterable[str] = ()) -> None:
        exact = (f"{re.escape(token[0])}(?={re.escape(token[1:])})" for token in sorted(set(tokens)) if len(token) > 2)
        self._pattern = re.compile("|".join([_COMMON, *exact]))

    def taken_from(self, text: str) -> str:
        """The text with a blank where each mark began."""
        return self._pattern.sub(" ", text)

    def taken_from_messages(self, messages: Sequence[BaseMessage]) -> list[BaseMessage]:
        """The messages with no marks in their text; pictures and sound in them stay as they are."""
        return [message.model_copy(update={"content": self._content(message.content)}) for message in messages]

    def _content(self, content: str | list[str | dict[str, Any]]) -> str | list[str | dict[str, Any]]:
        if isinstance(content, str):
            return self.taken_from(content)
        return [
            part | {"text": self.taken_from(part["text"])}
            if isinstance(part, dict) and "text" in part
            else self.taken_from(part)
            if isinstance(part, str)
            else part
            for part in content
        ]
