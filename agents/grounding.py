"""What the reply of one turn may rest on, gathered from what was said, perceived and remembered."""

from __future__ import annotations

from collections.abc import Sequence

from agents.asked import Asked, is_sure
from agents.evidence import matching, rows
from agents.guard import Grounds
from agents.ports import LanguageModelCard, Senses
from agents.values import Observation, ObservationKind, Outcome, Role, Turn, Utterance, Voice
from agents.ways import Course

__all__ = ["grounds_of"]


def grounds_of(
    turn: Turn,
    asked: Asked,
    chosen: Course,
    observations: Sequence[Observation],
    history: Sequence[Utterance],
    senses: Senses,
    llm: LanguageModelCard,
) -> Grounds:
    """The grounds of an answer on this course."""
    own = {i for i, part in enumerate(turn.parts) if isinstance(part, Voice) and not part.quoted}
    shown = chosen.recalled or [o for o in observations if o.outcome is Outcome.PERCEIVED and o.part not in own]
    read = rows(shown)
    sentences = senses.captioner is not None and senses.captioner.card.sentences
    sure, guessed = _answers(asked, shown, senses)
    return Grounds(
        question=asked.words,
        language=asked.language,
        observed=[*(o.text for o in shown), *(row.text for row in read), asked.quoted, *_perceived_before(history)],
        said=[asked.words, *(u.text for u in history if u.role is Role.USER)],
        rows=read,
        unsure=[o.text for o in shown if o.kind is ObservationKind.CAPTION and not is_sure(o, senses)],
        strict=any(o.kind.is_of_photo for o in shown) and not sentences,
        answers=sure,
        guesses=guessed,
        sees=chosen.sees,
        trusted=llm.reliable,
    )


def _answers(asked: Asked, shown: Sequence[Observation], senses: Senses) -> tuple[list[str], list[str]]:
    """The answers of visual question answering, sure and unsure; text that the question is about goes before them."""
    if matching(asked.words, rows(shown)):
        return [], []
    answers = [o for o in shown if o.kind is ObservationKind.ANSWER and o.outcome is Outcome.PERCEIVED]
    sure = [o.text for o in answers if is_sure(o, senses)]
    return sure, [o.text for o in answers if not is_sure(o, senses)]


def _perceived_before(history: Sequence[Utterance]) -> list[str]:
    observations = (o for utterance in history for o in utterance.observations)
    return [o.text for o in observations if o.outcome is Outcome.PERCEIVED and not o.kind.is_of_mood]
