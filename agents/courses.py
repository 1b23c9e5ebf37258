"""Pure decisions, each with its reason: once the senses spoke, which way a turn is answered.

Like those of ``routing.py`` they rest on what models declare and on what was asked, never on the names of models.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from agents.asides import Aside, aside_of
from agents.asked import Asked, has_own_voice
from agents.asking import asks_to_read, asks_to_translate, asks_whether, points_back
from agents.evidence import Row, matching, rows
from agents.hostile import reads_like_instructions
from agents.language import cjk_share
from agents.ports import LanguageModelCard, Senses
from agents.questions import QuestionKind, kind_of, mentions_picture, needs_reckoning
from agents.shapes import asks_verbatim
from agents.values import Decision, Observation, ObservationKind, Outcome, Photo, Role, Turn, Utterance, Voice

__all__ = ["Course", "Way", "course", "remembered"]

_SEEING_ONLY = frozenset(
    {
        QuestionKind.COUNT,
        QuestionKind.COLOUR,
        QuestionKind.POSITION,
        QuestionKind.PERSON,
        QuestionKind.ACTION,
        QuestionKind.PRESENCE,
    }
)
_REMEMBERED = 3  # turns back that a follow-up may still mean a photo of


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
    translation is wanted, which nobody here can check.
    """

    way: Way
    decisions: tuple[Decision, ...]
    kind: QuestionKind | None = None
    unseen: bool = False
    recalled: tuple[Observation, ...] = ()
    speechless: bool = False
    aside: Aside | None = None
    foreign: bool = False


def remembered(history: Sequence[Utterance]) -> tuple[Observation, ...]:
    """What was perceived in the latest photo of the last few turns."""
    asked = [utterance for utterance in history if utterance.role is Role.USER][-_REMEMBERED:]
    for utterance in reversed(asked):
        seen = tuple(o for o in utterance.observations if o.kind is not ObservationKind.TRANSCRIPT)
        if any(o.outcome is Outcome.PERCEIVED for o in seen):
            return seen
    return ()


def course(
    turn: Turn,
    asked: Asked,
    observations: Sequence[Observation],
    senses: Senses,
    llm: LanguageModelCard,
    history: Sequence[Utterance] = (),
) -> Course:
    """The way the turn is answered, once everything was perceived."""
    if asked.unsure:
        return _tell("what was spoken was not heard well enough to answer; it is asked back", asked)
    if not asked.words:
        return _tell("nothing was asked; a template tells what was perceived faster and with its confidence")
    if any(isinstance(part, Photo) for part in turn.parts):
        return _spoken(_about_photo(asked, observations, senses), asked, llm)
    if not has_own_voice(turn) and any(isinstance(part, Voice) for part in turn.parts):
        return _spoken(_about_recording(asked, observations), asked, llm)
    if not asked.quoted and (aside := aside_of(asked.words)):
        decision = Decision("answer", "template", f"a language model would invent, asked about: {aside}")
        return Course(Way.TELL, (decision,), aside=aside)
    return _spoken(_about_the_past(asked, history, senses), asked, llm)


def _tell(reason: str, asked: Asked | None = None, *, unseen: bool = False) -> Course:
    kind = kind_of(asked.words) if asked and asked.words else None
    return Course(Way.TELL, (Decision("answer", "template", reason),), kind=kind, unseen=unseen)


def _about_photo(asked: Asked, observations: Sequence[Observation], senses: Senses) -> Course:
    kind = kind_of(asked.words)
    perceived = [o for o in observations if o.outcome is Outcome.PERCEIVED]
    answered = any(o.kind is ObservationKind.ANSWER for o in perceived)
    if kind in _SEEING_ONLY and not answered:
        return _tell(f"no sense here can tell what is asked: {kind}", asked, unseen=senses.visual_qa is None)
    if kind is QuestionKind.TEXT and not answered and not rows(observations):
        missing = senses.text_reader is None and senses.visual_qa is None
        return _tell("the question is about text, and none was read", asked, unseen=missing)
    if not any(o.kind is not ObservationKind.TRANSCRIPT for o in perceived):
        return _tell("nothing was perceived that an answer could rest on", asked)
    if kind is QuestionKind.NAME and not answered:
        return _tell("what the photo shows is the caption itself, told with its confidence", asked)
    if reads_like_instructions(o.text for o in perceived if o.kind is not ObservationKind.TRANSCRIPT):
        return _tell("text in the photo reads like instructions to a model; it is quoted instead", asked)
    return _about_content(kind, asked, perceived, senses)


def _about_content(kind: QuestionKind, asked: Asked, perceived: Sequence[Observation], senses: Senses) -> Course:
    read = rows(perceived)
    answered = any(o.kind is ObservationKind.ANSWER for o in perceived)
    if read and not answered and (untold := _untold(asked.words, read)):
        return replace(_tell(untold, asked), foreign=asks_to_translate(asked.words))
    if read and needs_reckoning(asked.words) and len(matching(asked.words, read)) != 1:
        return _tell("comparing or adding up lines cannot be checked; the lines are told", asked)
    labels = senses.captioner is None or not senses.captioner.card.sentences
    if not read and labels and not answered:
        return _tell("beyond the name of what the photo shows nothing is known about it", asked)
    return Course(Way.GROUNDED, (Decision("answer", "language model", f"from observations; asked for: {kind}"),), kind)


def _untold(question: str, read: Sequence[Row]) -> str | None:
    """Why the lines answer better than what a language model makes of them."""
    if asks_to_translate(question):
        return "a translation cannot be checked; the lines are told"
    if asks_to_read(question):
        return "the words themselves are wanted, and a language model leaves some out"
    if asks_whether(question):
        return "yes and no stand on no line and cannot be checked; the lines are told"
    if asks_verbatim(question) and matching(question, read):
        return "it has to be right to the letter; the line is told"
    return None


def _about_recording(asked: Asked, observations: Sequence[Observation]) -> Course:
    heard = [o.text for o in observations if o.outcome is Outcome.PERCEIVED]
    if not heard:
        return _tell("nothing was heard that an answer could rest on")
    if reads_like_instructions(heard):
        return _tell("the recording reads like instructions to a model; it is quoted instead")
    if asks_to_translate(asked.words):
        return replace(_tell("a translation cannot be checked"), foreign=True)
    return Course(Way.GROUNDED, (Decision("answer", "language model", "the question is about a recording"),))


def _about_the_past(asked: Asked, history: Sequence[Utterance], senses: Senses) -> Course:
    """Conversation, unless the words plainly ask about a photo shown before."""
    recalled = remembered(history)
    if not recalled or not (_names(asked, recalled) or (points_back(asked.words) and _just_shown(history))):
        return Course(Way.CHAT, (Decision("answer", "language model", "conversation"),))
    about = _about_photo(asked, recalled, senses)
    decision = Decision("earlier photo", "use", "the question is about a photo shown before")
    return replace(about, decisions=(decision, *about.decisions), recalled=recalled)


def _names(asked: Asked, recalled: Sequence[Observation]) -> bool:
    """Whether the words name the photo, or ask about text that stands in it or in the other script."""
    kind, read = kind_of(asked.words), rows(recalled)
    if kind is QuestionKind.OPEN:
        return False
    if mentions_picture(asked.words):
        return True
    return kind is QuestionKind.TEXT and (bool(matching(asked.words, read)) or _in_other_script(asked.words, read))


def _in_other_script(words: str, read: Sequence[Row]) -> bool:
    """Whether no line shares the script of the words, so that no word of theirs can be found there."""
    written = [row.text for row in read if any(sign.isalpha() for sign in row.text)]
    return bool(written) and all((cjk_share(text) > 0) is not (cjk_share(words) > 0) for text in written)


def _just_shown(history: Sequence[Utterance]) -> bool:
    """Whether the photo came with the last thing the user said."""
    return bool(remembered([u for u in history if u.role is Role.USER][-1:]))


def _spoken(chosen: Course, asked: Asked, llm: LanguageModelCard) -> Course:
    """The course, or a template when the LLM does not know the language it would have to answer in."""
    if chosen.way is Way.TELL or llm.languages is None or asked.language in llm.languages:
        return chosen
    known = ", ".join(sorted(llm.languages))
    decision = Decision("answer", "template", f"the language model knows {known}, not {asked.language}")
    return replace(chosen, way=Way.TELL, decisions=(*chosen.decisions, decision), speechless=True)
