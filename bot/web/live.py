"""Live: a turn under way, as far as its answer has come."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

from agents.values import Observation
from bot.web.item import Item, observed
from storage.columns import storable

__all__ = ["Live"]

_revisions = count()


class Live:
    """``revision`` is new with every change but pieces of the answer that join on, and never the same for two turns."""

    def __init__(self, item: Item) -> None:
        self._item = replace(item, text="", observations=())
        self._seen: list[Observation] = []
        self.text = ""
        self.revision = next(_revisions)

    @property
    def item(self) -> Item:
        return replace(self._item, text=self.text)

    def perceived(self, observation: Observation) -> None:
        self._seen = sorted([*self._seen, observation], key=lambda one: one.part)
        self._item = replace(self._item, observations=observed(self._seen))
        self.revision = next(_revisions)

    def piece(self, text: str) -> None:
        self.text += storable(text)

    def restarted(self) -> None:
        """What came of the answer so far is void."""
        self.text = ""
        self.revision = next(_revisions)
