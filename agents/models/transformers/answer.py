"""An answer on its way: what was asked for, what is written of it, and how far the model is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from agents.models.transformers.pieces import Pieces, Reader

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

    from agents.models.transformers.course import Course
    from agents.models.transformers.sampler import Sampler

__all__ = ["Answer", "Order"]


@dataclass(frozen=True, slots=True, eq=False)
class Order:
    """One answer: at most ``most`` tokens, ending before any of ``stops``; its pieces go to ``reader``."""

    messages: Sequence[BaseMessage]
    most: int
    temperature: float
    top_p: float
    stops: Sequence[str]
    reader: Reader


@dataclass(slots=True, eq=False)
class Begun:
    """What a loaded model made of an order. ``owner`` is that model's; another has to begin anew."""

    owner: object
    course: Course
    sampler: Sampler
    room: int


@dataclass(slots=True, eq=False, weakref_slot=True)
class Answer:
    """It outlives the loaded model: another one goes on after the tokens ``written``.

    ``prompt`` and ``known`` count tokens: of the prompt, and of its beginning that was read for an earlier answer.
    ``cut``: it ended for want of room, and not by itself.
    """

    order: Order
    written: list[int] = field(default_factory=list)
    prompt: int = 0
    known: int = 0
    ended: bool = False
    cut: bool = False
    pieces: Pieces | None = None
    begun: Begun | None = None
