"""How a turn may be answered."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from agents.asides import Aside
from agents.asked import Asked
from agents.questions import QuestionKind, kind_of
from agents.values import Decision, Observation

__all__ = ["Course", "Way", "grounded", "tell"]


class Way(StrEnum):
    """How a turn is answered."""

    CHAT = "chat"  # the LLM answers freely: conversation, typed or spoken
    GROUNDED = "grounded"  # the LLM answers from observations, and the guard checks that it did
    TELL = "tell"  # a template tells what was perceived, and what could not be


@dataclass(frozen=True, slots=True)
class Course:
    """``kind`` is what is asked about a picture, ``None`` when nothing is; ``unseen``: no sense here can tell it.

    ``recalled`` are observations of an earlier photo that this turn asks about. ``speechless``: the LLM does not know
    the language of the turn. ``aside``: about the assistant, about now, or a wish for later. ``foreign``: a
    translation is wanted, which nobody here can check. ``sees``: the LLM is given the turn's photos themselves.
    ``again``: what is asked about an earlier photo could be told if it were sent again.
    """

    way: Way
    decisions: tuple[Decision, ...]
    kind: QuestionKind | None = None
    unseen: bool = False
    recalled: tuple[Observation, ...] = ()
    speechless: bool = False
    aside: Aside | None = None
    foreign: bool = False
    sees: bool = False
    again: bool = False


def tell(reason: str, asked: Asked | None = None, *, unseen: bool = False) -> Course:
    kind = kind_of(asked.words) if asked and asked.words else None
    return Course(Way.TELL, (Decision("answer", "template", reason),), kind=kind, unseen=unseen)


def grounded(reason: str, kind: QuestionKind | None = None, *, sees: bool = False) -> Course:
    return Course(Way.GROUNDED, (Decision("answer", "language model", reason),), kind, sees=sees)
