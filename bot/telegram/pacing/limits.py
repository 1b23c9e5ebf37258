"""How much Telegram takes, as its FAQ tells: https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

__all__ = ["Limits"]

_ANY = 1e9  # more a second than can be sent
_IN_SECONDS = 10 / 3  # of the overall rate make its burst


@dataclass(frozen=True, slots=True)
class Limits:
    """Rates in messages a second; a burst is how many go at once after a quiet time.

    Telegram tells no figure for bursts, only that it allows short ones; one that is too long costs a 429, which is
    obeyed. ``spare`` is the burst of previews and signs in one chat, which comes on top of the answers'.
    """

    overall: float = 30.0
    overall_burst: float = 100.0
    private: float = 1.0
    private_burst: float = 20.0
    group: float = 20 / 60
    group_burst: float = 5.0
    spare: float = 3.0
    waiting: int = 32  # answers of one chat at most; further ones are refused
    waiting_overall: int = 1024
    patience: float = 10.0  # seconds an answer waits whose caller does not say how long it may

    @classmethod
    def at(cls, rate: float) -> Self:
        """Those with another overall rate; at 0 nothing is held back unless Telegram asks for it."""
        if rate == 0:
            return cls(_ANY, _ANY, _ANY, _ANY, _ANY, _ANY, _ANY)
        return replace(cls(), overall=rate, overall_burst=max(1.0, rate * _IN_SECONDS))
