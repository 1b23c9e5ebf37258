"""Pure decisions, each with its reason: which senses a turn needs. ``courses.py`` decides how it is answered.

Decisions rest on what models declare (``agents.ports.Card``) and on what was asked, never on the names of models.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from agents.asked import Asked
from agents.asking import asks_whether, wants_answer
from agents.enclosing import Enclosing, to_enclose
from agents.language import primary_tag
from agents.ports import Card, LanguageModelCard, Senses
from agents.questions import SEEING_ONLY, QuestionKind, kind_of
from agents.values import (
    Decision,
    Document,
    ObservationKind,
    Photo,
    Text,
    Turn,
    Video,
    Voice,
    is_own,
    is_speech,
)

__all__ = ["Plan", "Planned", "plan", "to_ask"]

_ASKING = "visual question answering"


@dataclass(frozen=True, slots=True)
class Planned:
    """One sense for one part of the turn."""

    part: int
    kind: ObservationKind


@dataclass(frozen=True, slots=True)
class Plan:
    """``enclosing``: what the language model is given itself."""

    senses: tuple[Planned, ...]
    decisions: tuple[Decision, ...]
    enclosing: Enclosing = field(default_factory=Enclosing)

    @property
    def looks(self) -> bool:
        """Whether any medium of the turn has to be opened."""
        return bool(self.senses or self.enclosing.parts)


def plan(turn: Turn, senses: Senses, llm: LanguageModelCard | None = None) -> Plan:
    """Which senses run, and what ``llm`` is given itself.

    A photo is always looked at and read: a later question may be about either.
    """
    planned: list[Planned] = []
    decisions: list[Decision] = []
    for index, part in enumerate(turn.parts):
        if isinstance(part, Voice):
            _consider(planned, decisions, index, ObservationKind.TRANSCRIPT, senses.transcriber, _hearing(turn, senses))
        elif isinstance(part, Photo | Video):
            what = "photo" if isinstance(part, Photo) else "video"
            _consider(
                planned, decisions, index, ObservationKind.CAPTION, senses.captioner, f"to name what a {what} shows"
            )
            _consider(
                planned,
                decisions,
                index,
                ObservationKind.TEXT_IN_IMAGE,
                senses.text_reader,
                f"to read text in a {what}",
            )
            if isinstance(part, Video) and not part.is_sticker:
                kind = ObservationKind.TRANSCRIPT if is_speech(part) else ObservationKind.SOUNDTRACK
                _consider(planned, decisions, index, kind, senses.transcriber, _hearing(turn, senses))
        elif isinstance(part, Document):
            planned.append(Planned(index, ObservationKind.DOCUMENT_TEXT))
            decisions.append(Decision(f"document-text of part {index}", "read", "text needs no model to be read"))
    if not decisions:
        decisions.append(Decision("senses", "skip", "the turn holds nothing to hear or see"))
    enclosing = to_enclose(turn, llm) if llm else Enclosing()
    return Plan(tuple(planned), (*decisions, *enclosing.decisions, *_moods(turn, senses)), enclosing)


def _moods(turn: Turn, senses: Senses) -> Iterator[Decision]:
    """What is told of the mood of the person's own words and voice, beside the answer."""
    for index, part in enumerate(turn.parts):
        if not (is_speech(part) or (isinstance(part, Text) and is_own(part))):
            continue
        if senses.sentiment_reader is not None:
            about = f"{ObservationKind.SENTIMENT} of part {index}"
            yield Decision(about, f"use {senses.sentiment_reader.card.reference}", "the mood of the words is kept")
        if senses.emotion_reader is not None and is_speech(part):
            about = f"{ObservationKind.EMOTION} of part {index}"
            yield Decision(about, f"use {senses.emotion_reader.card.reference}", "the mood of the voice is kept")


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


def to_ask(
    turn: Turn, asked: Asked, senses: Senses, llm: LanguageModelCard | None = None
) -> tuple[tuple[int, ...], Decision | None]:
    """The photos and videos to ask visual question answering about, and why; asked once the question is known.

    ``llm``: the language model, when it is given the photos too.
    """
    photos = tuple(index for index, part in enumerate(turn.parts) if isinstance(part, Photo | Video))
    if not photos or not asked.words:
        return (), None
    model = senses.visual_qa.card if senses.visual_qa else None
    if model is None:
        return (), Decision(_ASKING, "skip", "the profile has no model for it")
    kind = kind_of(asked.words)
    if reason := _needless(asked, kind, model, senses, llm):
        return (), Decision(_ASKING, "skip", reason)
    return photos, Decision(_ASKING, f"use {model.reference}", _wanted(kind, model, llm))


def _needless(
    asked: Asked, kind: QuestionKind, model: Card, senses: Senses, llm: LanguageModelCard | None
) -> str | None:
    """Why visual question answering would not help."""
    if kind is QuestionKind.TEXT and senses.text_reader is not None:
        return "the question is about text, which is read"
    short = kind in SEEING_ONLY or asks_whether(asked.words)
    if not short and not wants_answer(asked.words) and kind is QuestionKind.OPEN:
        return "nothing is asked"
    if model.languages is not None and asked.language not in model.languages:
        return f"the model knows {', '.join(sorted(model.languages))}, not {asked.language}"
    if llm is not None and not short:
        return "the language model sees the photo itself, and no short answer is asked for"
    return None


def _wanted(kind: QuestionKind, model: Card, llm: LanguageModelCard | None) -> str:
    reason = f"the question asks for: {kind}"
    if llm is None:
        return reason
    same = "the same model answers in words, but only" if llm.reference == model.reference else "only"
    return f"{reason}; {same} this answer comes with how sure it is"
