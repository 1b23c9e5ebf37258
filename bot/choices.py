"""The buttons under an answer. What a button stands for names its turn, whose chat is looked at when it is pressed."""

from __future__ import annotations

from dataclasses import dataclass

from agents.ports import Wording
from bot.offers import Offers
from bot.said import Choice, Choices

__all__ = ["REASONS", "STOP", "Buttons", "name_a_turn"]

STOP = "stop"
_OF_A_TURN = frozenset({"good", "bad", "again", "seen"})
REASONS = ("wrong", "misheard", "useless", "unkind")  # why an answer is bad


@dataclass(frozen=True, slots=True)
class Buttons:
    wording: Wording

    def under_answer(self, turn: int, language: str, offers: Offers, *, rated: bool | None = None) -> Choices:
        """``rated``: what the last to press thought of it."""
        good, bad = "👍 ✓" if rated else "👍", "👎 ✓" if rated is False else "👎"
        first = [Choice(good, f"good:{turn}"), Choice(bad, f"bad:{turn}")] if offers.rate else []
        first += [self._of("again", turn, language)] if offers.again else []
        second = [self._of("seen", turn, language)] if offers.seen else []
        return tuple(tuple(row) for row in (first, second) if row)

    def why_bad(self, turn: int, language: str) -> Choices:
        """Asked of somebody who thinks ill of an answer."""
        reasons = [Choice(self._say(f"reason_{reason}", language), f"bad:{turn}:{reason}") for reason in REASONS]
        return tuple(tuple(reasons[place : place + 2]) for place in range(0, len(reasons), 2))

    def stop(self, language: str) -> Choices:
        """Under an answer that still grows."""
        return ((Choice(self._say("button_stop", language), STOP),),)

    def _of(self, what: str, turn: int, language: str) -> Choice:
        return Choice(self._say(f"button_{what}", language), f"{what}:{turn}")

    def _say(self, key: str, language: str) -> str:
        return self.wording.say(f"marks.{key}", language)


def name_a_turn(choices: Choices) -> bool:
    """Whether they stand under the answer to a turn, so that no other message of ours has the same."""
    return any(choice.what.partition(":")[0] in _OF_A_TURN for row in choices for choice in row)
