"""The buttons under an answer. What a button stands for names its turn, whose chat is looked at when it is pressed."""

from __future__ import annotations

from dataclasses import dataclass

from agents.ports import Wording
from bot.said import Choice, Choices

__all__ = ["REASONS", "STOP", "Buttons"]

STOP = "stop"
REASONS = ("wrong", "misheard", "useless", "unkind")  # why an answer is bad


@dataclass(frozen=True, slots=True)
class Buttons:
    wording: Wording

    def under_answer(self, turn: int, language: str, *, seen: bool, rated: bool | None = None) -> Choices:
        """``seen``: something was heard or seen for it; ``rated``: what the last to press thought of it."""
        good, bad = "👍 ✓" if rated else "👍", "👎 ✓" if rated is False else "👎"
        first = [Choice(good, f"good:{turn}"), Choice(bad, f"bad:{turn}"), self._of("again", turn, language)]
        return (tuple(first), *(((self._of("seen", turn, language),),) if seen else ()))

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
