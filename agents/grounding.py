"""What a reply may rest on: what was said, perceived and remembered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from agents.asked import Asked, in_sentences, is_sure
from agents.asking import asks_to_translate, asks_whether
from agents.evidence import Row, matching, rows
from agents.handing import handed
from agents.language import cjk_share
from agents.moments import timed
from agents.ports import LanguageModelCard, Senses
from agents.questions import QuestionKind, kind_of, needs_reckoning
from agents.said import question_of
from agents.values import Observation, ObservationKind, Outcome, Role, Turn, Unread, Utterance, is_own
from agents.ways import Course

__all__ = ["Grounds", "grounds_of"]

_GUESSED = frozenset({ObservationKind.CAPTION, ObservationKind.SOUNDTRACK})


@dataclass(frozen=True, slots=True)
class Grounds:
    """What a reply may rest on.

    ``observed`` was perceived in media, ``said`` are words of the user, now and before. ``rows`` is the text read in
    the pictures asked about. ``unsure`` was perceived, but may only be said as a guess. ``strict``: the reply may use
    no content word beyond these, because what was perceived are labels and not sentences; else half of a sentence's.

    ``answers`` visual question answering gave surely, and the reply has to carry them; ``guesses`` unsurely, so the
    reply has to be a guess too. ``sees``: the model saw the pictures itself, and what it adds cannot be checked against
    words. ``trusted``: its card says ``reliable``.
    """

    question: str
    language: str
    observed: Sequence[str]
    said: Sequence[str] = ()
    rows: Sequence[Row] = ()
    unsure: Sequence[str] = ()
    strict: bool = True
    answers: Sequence[str] = ()
    guesses: Sequence[str] = ()
    sees: bool = False
    trusted: bool = False

    @property
    def translates(self) -> bool:
        """Whether other words than those observed are wanted, in another language too."""
        return self.trusted and asks_to_translate(self.question)

    @property
    def concludes(self) -> bool:
        """Whether a conclusion is wanted, in words and numbers that stand on no line."""
        return self.reckons or (self.trusted and asks_whether(self.question))

    @property
    def crosses(self) -> bool:
        """Whether what was perceived is in another script than the reply is to be in, which takes translating too."""
        texts = [text for text in (*self.observed, *self.answers) if any(sign.isalpha() for sign in text)]
        return (
            self.trusted and bool(texts) and all((cjk_share(text) > 0) is not (self.language == "zh") for text in texts)
        )

    @property
    def reckons(self) -> bool:
        """Whether numbers may follow from those of the lines."""
        return self.trusted and needs_reckoning(self.question)

    @property
    def counts_lines(self) -> bool:
        """Whether the reply's numbers are held against those that were read."""
        return not self.sees or (bool(self.rows) and kind_of(self.question) is QuestionKind.TEXT)


def grounds_of(
    turn: Turn,
    asked: Asked,
    chosen: Course,
    observations: Sequence[Observation],
    history: Sequence[Utterance],
    senses: Senses,
    llm: LanguageModelCard,
) -> Grounds:
    """The grounds of an answer on this course, which the model of the card ``llm`` gave."""
    shown = [o for o in _shown(turn, asked, chosen, observations, llm) if o.outcome is Outcome.PERCEIVED]
    read = rows(shown)
    sure, guessed = _answers(asked, shown, senses)
    return Grounds(
        question=asked.words,
        language=asked.language,
        observed=[*map(timed, shown), *(row.text for row in read), asked.quoted, *_perceived_before(history, llm)],
        said=[asked.words, *(u.text for u in history if u.role is Role.USER), *_names(turn, history)],
        rows=read,
        unsure=[o.text for o in shown if o.kind in _GUESSED and not is_sure(o, senses)],
        strict=any(o.kind.is_of_photo for o in shown) and False in in_sentences(shown, senses),
        answers=sure,
        guesses=guessed,
        sees=chosen.sees and llm.images,
        trusted=llm.reliable,
    )


def _shown(
    turn: Turn, asked: Asked, chosen: Course, observations: Sequence[Observation], llm: LanguageModelCard
) -> list[Observation]:
    """What the answer is about: media shown before or those of the turn, without what their sender says to us."""
    if chosen.recalled:
        return handed(chosen.recalled, asked.question, llm)
    content = handed(observations, asked.question, llm)
    return [o for o in content if o.kind is not ObservationKind.TRANSCRIPT or not is_own(turn.parts[o.part])]


def _answers(asked: Asked, shown: Sequence[Observation], senses: Senses) -> tuple[list[str], list[str]]:
    """The answers of visual question answering, sure and unsure; text that the question is about goes before them."""
    if matching(asked.words, rows(shown)):
        return [], []
    answers = [o for o in shown if o.kind is ObservationKind.ANSWER and o.outcome is Outcome.PERCEIVED]
    sure = [o.text for o in answers if is_sure(o, senses)]
    return sure, [o.text for o in answers if not is_sure(o, senses)]


def _names(turn: Turn, history: Sequence[Utterance]) -> list[str]:
    """Of the people who talk, and of those something was forwarded from."""
    origins = [part.origin for part in turn.parts if not isinstance(part, Unread)]
    speakers = [turn.sender if turn.crowd else None, *(utterance.speaker for utterance in history)]
    return [name for name in (*origins, *speakers) if name]


def _perceived_before(history: Sequence[Utterance], llm: LanguageModelCard) -> list[str]:
    observations = (o for utterance in history for o in handed(utterance.observations, question_of(utterance), llm))
    return [o.text for o in observations if o.outcome is Outcome.PERCEIVED and not o.kind.is_of_mood]
