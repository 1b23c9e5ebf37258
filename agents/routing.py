"""Pure decisions, each with its reason: which senses a turn needs. ``courses.py`` decides how it is answered.

Decisions rest on what models declare (``agents.ports.Card``) and on what was asked, never on the names of models.
"""

from __future__ import annotations

from dataclasses import dataclass

from agents.asked import Asked
from agents.language import primary_tag
from agents.ports import Senses
from agents.questions import QuestionKind, kind_of
from agents.values import Decision, ObservationKind, Photo, Turn, Voice

__all__ = ["Plan", "Planned", "plan", "to_ask"]


@dataclass(frozen=True, slots=True)
class Planned:
    """One sense for one part of the turn."""

    part: int
    kind: ObservationKind


@dataclass(frozen=True, slots=True)
class Plan:
    senses: tuple[Planned, ...]
    decisions: tuple[Decision, ...]


def plan(turn: Turn, senses: Senses) -> Plan:
    """Which senses run. A photo is always looked at and read: a later question may be about either."""
    planned: list[Planned] = []
    decisions: list[Decision] = []
    for index, part in enumerate(turn.parts):
        if isinstance(part, Voice):
            _consider(planned, decisions, index, ObservationKind.TRANSCRIPT, senses.transcriber, _hearing(turn, senses))
        elif isinstance(part, Photo):
            _consider(
                planned, decisions, index, ObservationKind.CAPTION, senses.captioner, "to name what a photo shows"
            )
            _consider(
                planned, decisions, index, ObservationKind.TEXT_IN_IMAGE, senses.text_reader, "to read text in a photo"
            )
    if not decisions:
        decisions.append(Decision("senses", "skip", "the turn holds nothing to hear or see"))
    return Plan(tuple(planned), tuple(decisions))


def _consider(
    planned: list[Planned],
    decisions: list[Decision],
    part: int,
    kind: ObservationKind,
    sense: object | None,
    reason: str,
) -> None:
    about = f"{kind} of part {part}"
    if sense is None:
        decisions.append(Decision(about, "skip", "the profile has no model for it"))
        return
    planned.append(Planned(part, kind))
    decisions.append(Decision(about, f"use {sense.card.reference}", reason))  # type: ignore[attr-defined]


def _hearing(turn: Turn, senses: Senses) -> str:
    languages = senses.transcriber.card.languages if senses.transcriber else None
    tag = primary_tag(turn.locale)
    if languages is not None and tag is not None and tag not in languages:
        return f"to hear a recording; it may be misheard: the model knows {', '.join(sorted(languages))}, not {tag}"
    return "to hear a recording"


def to_ask(turn: Turn, asked: Asked, senses: Senses) -> tuple[tuple[int, ...], Decision | None]:
    """The photos to ask visual question answering about, and why; asked once the question is known."""
    photos = tuple(index for index, part in enumerate(turn.parts) if isinstance(part, Photo))
    if not photos or not asked.words:
        return (), None
    if senses.visual_qa is None:
        return (), Decision("visual question answering", "skip", "the profile has no model for it")
    kind = kind_of(asked.words)
    if kind is QuestionKind.TEXT and senses.text_reader is not None:
        return (), Decision("visual question answering", "skip", "the question is about text, which is read")
    reason = f"the question asks for: {kind}"
    return photos, Decision("visual question answering", f"use {senses.visual_qa.card.reference}", reason)
