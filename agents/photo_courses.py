"""Pure decisions, each with its reason: which way a turn about a photo is answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from agents.asked import Asked, in_sentences
from agents.asking import asks_to_read, asks_to_translate, asks_whether
from agents.evidence import Row, matching, rows
from agents.hostile import reads_like_instructions
from agents.ports import LanguageModelCard, Senses
from agents.questions import SEEING_ONLY, QuestionKind, kind_of, needs_reckoning
from agents.shapes import asks_verbatim
from agents.values import Observation, ObservationKind, Outcome
from agents.ways import Course, grounded, tell

__all__ = ["about_photo"]


def about_photo(
    asked: Asked, observations: Sequence[Observation], senses: Senses, llm: LanguageModelCard, *, sees: bool = False
) -> Course:
    """The way a question about photos is answered; ``sees``: the LLM is given the photos themselves."""
    perceived = [o for o in observations if o.outcome is Outcome.PERCEIVED and o.kind.is_of_photo]
    answered = any(o.kind is ObservationKind.ANSWER for o in perceived)
    if not (answered or sees) and (unknown := _unknown(asked, perceived, senses, llm)):
        return unknown
    if reads_like_instructions(o.text for o in perceived):
        return tell("text in the photo reads like instructions to a model; it is quoted instead", asked)
    if sees and not (answered or rows(perceived)):
        kind = kind_of(asked.words)
        return grounded(f"the language model sees the photo itself; asked for: {kind}", kind, sees=True)
    return _about_content(asked, perceived, senses, llm, sees)


def _unknown(asked: Asked, perceived: Sequence[Observation], senses: Senses, llm: LanguageModelCard) -> Course | None:
    """A template where nothing was perceived that tells what is asked."""
    kind = kind_of(asked.words)
    if kind in SEEING_ONLY and not (llm.reliable and rows(perceived) and needs_reckoning(asked.words)):
        return tell(
            f"no sense here can tell what is asked: {kind}", asked, unseen=senses.visual_qa is None and not llm.images
        )
    if kind is QuestionKind.TEXT and not rows(perceived):
        missing = senses.text_reader is None and senses.visual_qa is None
        return tell("the question is about text, and none was read", asked, unseen=missing)
    if not perceived:
        return tell("nothing was perceived that an answer could rest on", asked)
    if kind is QuestionKind.NAME:
        return tell("what the photo shows is the caption itself, told with its confidence", asked)
    return None


def _about_content(
    asked: Asked, perceived: Sequence[Observation], senses: Senses, llm: LanguageModelCard, sees: bool
) -> Course:
    kind, read = kind_of(asked.words), rows(perceived)
    answered = any(o.kind is ObservationKind.ANSWER for o in perceived)
    about_text = kind is QuestionKind.TEXT if sees else not answered or bool(matching(asked.words, read))
    if read and about_text and (untold := _untold(asked.words, read, llm)):
        return replace(tell(untold, asked), foreign=asks_to_translate(asked.words))
    if read and not llm.reliable and needs_reckoning(asked.words) and len(matching(asked.words, read)) != 1:
        return tell("comparing or adding up lines cannot be checked; the lines are told", asked)
    labels = True not in in_sentences(perceived, senses)
    if not read and labels and not answered:
        return tell("beyond the name of what the photo shows nothing is known about it", asked)
    trust = "; it is trusted to conclude and translate" if llm.reliable else ""
    basis = "from observations and the photo itself" if sees else "from observations"
    return grounded(f"{basis}; asked for: {kind}{trust}", kind, sees=sees)


def _untold(question: str, read: Sequence[Row], llm: LanguageModelCard) -> str | None:
    """Why the lines answer better than what a language model makes of them."""
    if asks_to_translate(question):
        return None if llm.reliable else "a translation cannot be checked; the lines are told"
    if asks_to_read(question):
        return "the words themselves are wanted, and a language model leaves some out"
    if asks_whether(question) and not llm.reliable:
        return "yes and no stand on no line and cannot be checked; the lines are told"
    if asks_verbatim(question) and matching(question, read):
        return "it has to be right to the letter; the line is told"
    return None
