"""Pure decisions, each with its reason: once the senses spoke, which way a turn is answered.

Like those of ``routing.py`` they rest on what models declare and on what was asked, never on the names of models.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from agents.asides import aside_of
from agents.asked import Asked, has_own_voice
from agents.asking import asks_to_translate, points_back, wants_answer
from agents.evidence import Row, matching, rows, stems
from agents.hostile import reads_like_instructions
from agents.language import cjk_share
from agents.media_courses import NAMED, WORDED, about_media, only_speaks
from agents.naming import is_of_footage
from agents.passages import is_about
from agents.photo_courses import about_photo
from agents.ports import LanguageModelCard, Senses
from agents.questions import SEEING_ONLY, QuestionKind, kind_of, mentions_picture
from agents.values import (
    Decision,
    Document,
    Observation,
    ObservationKind,
    Outcome,
    Photo,
    Role,
    Turn,
    Utterance,
    Video,
    Voice,
    is_own,
)
from agents.ways import Course, Way, grounded, tell

__all__ = ["Course", "Way", "course", "remembered"]

_REMEMBERED = 3  # turns back that a follow-up may still mean media of


def remembered(history: Sequence[Utterance], question: str = "") -> list[tuple[Observation, ...]]:
    """What was perceived in the media of the last few turns, the latest first; nothing of turns without any.

    Answers of visual question answering are among it only if they answer this question too.
    """
    asked = [utterance for utterance in history if utterance.role is Role.USER][-_REMEMBERED:]
    return [_shown_in(utterance, question) for utterance in reversed(asked)]


def _shown_in(said: Utterance, question: str) -> tuple[Observation, ...]:
    seen = [o for o in said.observations if o.kind.is_of_photo or o.kind in WORDED]
    if not any(o.outcome is Outcome.PERCEIVED for o in seen):
        return ()
    still = bool(question) and _asks_the_same(question, said)
    return tuple(o for o in seen if still or o.kind is not ObservationKind.ANSWER)


def _asks_the_same(question: str, earlier: Utterance) -> bool:
    """Whether a question goes no further than the earlier one: "What colour was it?" after one about a car's."""
    spoken = [o.text for o in earlier.observations if o.kind is ObservationKind.TRANSCRIPT]
    words = "\n".join([earlier.text, *spoken])
    return kind_of(question) is kind_of(words) is not QuestionKind.OPEN and stems(question) <= stems(words)


def course(
    turn: Turn,
    asked: Asked,
    observations: Sequence[Observation],
    senses: Senses,
    llm: LanguageModelCard,
    history: Sequence[Utterance] = (),
    *,
    sees: bool = False,
) -> Course:
    """The way the turn is answered, once everything was perceived; ``sees``: the LLM is given the turn's photos."""
    if asked.unsure:
        return tell("what was spoken was not heard well enough to answer; it is asked back", asked)
    if not asked.words and sees and not any(o.kind.is_of_photo for o in observations):
        return _spoken(grounded("only the language model sees what the photo shows", sees=True), asked, llm)
    if not asked.words:
        return tell("nothing was asked; a template tells what was perceived faster and with its confidence")
    if _is_mixed(turn) and not _just_talks(turn, asked):
        return _spoken(about_media(turn, asked, observations, senses, llm), asked, llm)
    if any(isinstance(part, Photo) for part in turn.parts):
        return _spoken(about_photo(asked, observations, senses, llm, sees=sees), asked, llm)
    if not has_own_voice(turn) and any(isinstance(part, Voice) for part in turn.parts):
        return _spoken(_about_recording(asked, observations, llm), asked, llm)
    if not asked.quoted and (aside := aside_of(asked.words)):
        decision = Decision("answer", "template", f"a language model would invent, asked about: {aside}")
        return Course(Way.TELL, (decision,), aside=aside)
    return _spoken(_about_the_past(turn, asked, history, senses, llm), asked, llm)


def _is_mixed(turn: Turn) -> bool:
    """Whether something else than what photos show, or a recording says, may answer."""
    recording = any(isinstance(part, Voice) and not is_own(part) for part in turn.parts)
    photo = any(isinstance(part, Photo) for part in turn.parts)
    return (recording and photo) or any(isinstance(part, Document | Video) for part in turn.parts)


def _just_talks(turn: Turn, asked: Asked) -> bool:
    return not any(isinstance(part, Document | Photo) for part in turn.parts) and only_speaks(turn, asked)


def _about_recording(asked: Asked, observations: Sequence[Observation], llm: LanguageModelCard) -> Course:
    heard = [o.text for o in observations if o.kind is ObservationKind.TRANSCRIPT and o.outcome is Outcome.PERCEIVED]
    if not heard:
        return tell("nothing was heard that an answer could rest on")
    if reads_like_instructions(heard):
        return tell("the recording reads like instructions to a model; it is quoted instead")
    if asks_to_translate(asked.words) and not llm.reliable:
        return replace(tell("a translation cannot be checked"), foreign=True)
    return grounded("the question is about a recording")


def _about_the_past(
    turn: Turn, asked: Asked, history: Sequence[Utterance], senses: Senses, llm: LanguageModelCard
) -> Course:
    """Conversation, unless the words plainly ask about media shown before."""
    for ago, recalled in enumerate(remembered(history, asked.words)):
        if recalled and (_names(asked, recalled) or (points_back(asked.words) and ago == 0)):
            return _once_more(turn, asked, recalled, senses, llm)
    return Course(Way.CHAT, (Decision("answer", "language model", "conversation"),))


def _once_more(
    turn: Turn, asked: Asked, recalled: tuple[Observation, ...], senses: Senses, llm: LanguageModelCard
) -> Course:
    """The way a question about earlier media is answered."""
    about = about_media(turn, asked, recalled, senses, llm)
    footage = any(is_of_footage(o.part, recalled) for o in recalled)
    written = any(o.kind is ObservationKind.DOCUMENT_TEXT for o in recalled)
    what = "document" if written else "video" if footage else "photo"
    decision = Decision(f"earlier {what}", "use", f"the question is about a {what} shown before")
    able = senses.visual_qa is not None or llm.images
    again = able and about.way is Way.TELL and about.kind in SEEING_ONLY
    return replace(about, decisions=(decision, *about.decisions), recalled=recalled, again=again)


def _names(asked: Asked, recalled: Sequence[Observation]) -> bool:
    """Whether the words ask about something of what was perceived."""
    seen = [o for o in recalled if o.kind.is_of_photo and not is_of_footage(o.part, recalled)]
    return _names_photo(asked.words, seen or recalled) or _names_media(asked.words, recalled)


def _names_photo(words: str, recalled: Sequence[Observation]) -> bool:
    """Whether the words name the photo, or ask about text that stands in it or in the other script."""
    kind, read = kind_of(words), rows(recalled)
    if kind is QuestionKind.OPEN or not any(o.kind.is_of_photo for o in recalled):
        return False
    if mentions_picture(words):
        return True
    return kind is QuestionKind.TEXT and (bool(matching(words, read)) or _in_other_script(words, read))


def _names_media(words: str, recalled: Sequence[Observation]) -> bool:
    """Whether the words name the video or the document, or ask about what is said in it."""
    if not wants_answer(words):
        return False
    worded = [o for o in recalled if o.outcome is Outcome.PERCEIVED and o.kind in WORDED]
    named = (NAMED[o.kind].search(words) for o in worded)
    return any(named) or any(is_about(words, o.text) for o in worded)


def _in_other_script(words: str, read: Sequence[Row]) -> bool:
    """Whether no line shares the script of the words, so that no word of theirs can be found there."""
    written = [row.text for row in read if any(sign.isalpha() for sign in row.text)]
    return bool(written) and all((cjk_share(text) > 0) is not (cjk_share(words) > 0) for text in written)


def _spoken(chosen: Course, asked: Asked, llm: LanguageModelCard) -> Course:
    """The course, or a template when the LLM does not know the language it would have to answer in."""
    if chosen.way is Way.TELL or llm.languages is None or asked.language in llm.languages:
        return chosen
    known = ", ".join(sorted(llm.languages))
    decision = Decision("answer", "template", f"the language model knows {known}, not {asked.language}")
    return replace(chosen, way=Way.TELL, decisions=(*chosen.decisions, decision), speechless=True)
