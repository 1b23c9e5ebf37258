"""What a call of the Bot API is: how urgent, and how long it may wait."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

__all__ = ["Call", "Urgency", "is_shown", "urgency_of"]

_LIMITED = ("send", "edit", "copy", "forward", "stop")  # what the methods begin with that people get to see


class Urgency(Enum):
    """ANSWER waits for its place. PREVIEW and SIGN (in this order) never wait: there is room for them now or not at
    all. FREE is what Telegram does not count as a message.
    """

    ANSWER = "answer"
    PREVIEW = "preview"
    SIGN = "sign"
    FREE = "free"


@dataclass(frozen=True, slots=True)
class Call:
    """What a caller says of its call, as PTB's ``rate_limit_args``.

    ``urgency`` is the method's own unless given: an edit is an answer, and who edits to show progress says PREVIEW.
    ``within`` is how many seconds an answer may wait for its turn, tries after a 429 included.
    """

    urgency: Urgency | None = None
    within: float | None = None


@lru_cache(256)
def urgency_of(method: str) -> Urgency:
    """A method's urgency unless its caller says another."""
    method = method.lower()
    if method == "sendchataction":
        return Urgency.SIGN
    if method.endswith("draft"):
        return Urgency.PREVIEW
    return Urgency.ANSWER if method.startswith(_LIMITED) else Urgency.FREE


def is_shown(method: str) -> bool:
    """Whether the method writes into the chat, rather than above it or nowhere."""
    return urgency_of(method) is Urgency.ANSWER
