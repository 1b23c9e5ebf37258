"""The reply of a turn, put together: what was heard, the answer or the template in its place, and notes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from agents.asked import Asked
from agents.courses import Course, Way
from agents.covering import Lexicon
from agents.fusion import Prompt
from agents.handing import handed
from agents.limits import Limits
from agents.naming import is_of_footage
from agents.numerals import numbers
from agents.perceived import Perception
from agents.ports import LanguageModelCard, Senses, Wording
from agents.speaking import Spoken
from agents.telling import Teller
from agents.trouble import Trouble
from agents.values import ObservationKind, Outcome, Part, Photo, Reply, Role, Turn, Utterance, Video

__all__ = ["Composer", "without_transcripts"]

_BETWEEN = "\n\n"
_RESTED_ON = frozenset({ObservationKind.TRANSCRIPT, ObservationKind.DOCUMENT_TEXT})


@dataclass(frozen=True, slots=True)
class Composer:
    """Composes the reply to one turn in the language of what was asked."""

    wording: Wording
    senses: Senses
    limits: Limits
    llm: LanguageModelCard
    turn: Turn
    asked: Asked
    perception: Perception
    course: Course

    @property
    def _teller(self) -> Teller:
        return Teller(self.wording, self.senses, self.limits, self.asked.language)

    def opening(self) -> str:
        """What stands before every answer: what was heard, and what could not be taken in."""
        paragraphs = self._teller.preface(self.turn, self.perception)
        return _BETWEEN.join([*paragraphs, ""]) if paragraphs else ""

    def told(self) -> Reply:
        """The reply by template alone."""
        paragraphs = self._teller.preface(self.turn, self.perception)
        if self.course.aside:
            paragraphs += self._teller.aside(self.course.aside)
        if self.course.foreign:
            paragraphs.append(self._teller.say("no_translation"))
        paragraphs += self._media()
        if self.course.speechless:
            paragraphs.append(self._teller.speechless(self.llm.languages or frozenset()))
        return self._reply(paragraphs or [self._teller.say("no_answer")], self._perceived())

    def answered(self, spoken: Spoken, prompt: Prompt, fault: str | None) -> Reply:
        """The reply with what the language model said, or, when that was at fault, a template in its place."""
        body = [spoken.text] if fault is None else self._instead(spoken, fault)
        paragraphs = [*self._teller.preface(self.turn, self.perception), *body]
        if fault is None and spoken.cut == "length":
            paragraphs.append(self._teller.say("answer_cut"))
        if fault is None and self._reads_passages():
            paragraphs.append(self._teller.say("passages"))
        if prompt.was_shortened:
            paragraphs.append(self._teller.say("shortened", read=prompt.read, length=prompt.length))
        rests_on = self._perceived() if fault else self._rests_on(spoken.text)
        return replace(self._reply(paragraphs, rests_on), guarded=fault is not None and spoken.error is None)

    def _reads_passages(self) -> bool:
        """Whether the answer rests on passages of what was read of a document rather than on all of it."""
        whole = self.perception.observations
        parts = zip(whole, handed(whole, self.asked.question, self.llm), strict=True)
        return any(o.text != given.text for o, given in parts)

    def _instead(self, spoken: Spoken, fault: str) -> list[str]:
        """What is told when the language model failed or what it said may not be sent."""
        paragraphs = [self._teller.trouble(Trouble(spoken.error, spoken.wait))] if spoken.error else []
        if self.course.way is Way.GROUNDED:
            paragraphs += self._media()
            if not paragraphs and not self.course.sees:
                return [self._teller.say("no_more_heard")]
        return paragraphs or [self._teller.say("no_answer")]

    def _media(self) -> list[str]:
        """What was perceived in photos, videos and documents of the turn, or in the earlier one it is about."""
        documents = self._teller.documents(self.turn, self.perception, self.asked.words)
        recalled = self.course.recalled
        if recalled:
            documents += self._teller.earlier_documents(recalled, self.asked.words)
            seen = {o.part for o in recalled if o.kind is not ObservationKind.DOCUMENT_TEXT}
            perception, parts = Perception(recalled), sorted(seen)
            videos = [part for part in parts if is_of_footage(part, recalled)]
        else:
            perception, parts = self.perception, [i for i, part in enumerate(self.turn.parts) if _is_seen(part)]
            videos = [part for part in parts if _is_footage(self.turn.parts[part])]
        photos = [part for part in parts if part not in videos]
        told = self._photos(photos, perception) if photos or not (videos or documents) else []
        kind = None if photos else self.course.kind
        told += self._teller.videos(videos, perception, kind, unseen=self.course.unseen, again=self.course.again)
        return [*told, *documents]

    def _photos(self, photos: Sequence[int], perception: Perception) -> list[str]:
        if self.course.sees:
            photos = [part for part in photos if any(o.part == part for o in perception.observations)]
        kind, words = self.course.kind, self.asked.words
        return self._teller.photos(photos, perception, kind, words, unseen=self.course.unseen, again=self.course.again)

    def _reply(self, paragraphs: Sequence[str], rests_on: tuple[int, ...]) -> Reply:
        """With what was not taken in, where the paragraphs do not tell it yet."""
        text = _BETWEEN.join(dict.fromkeys(paragraphs))
        notes = self._teller.notes(self.turn, self.perception, self.asked.words)
        untold = [note for note in notes if note not in text]
        return Reply(_BETWEEN.join(dict.fromkeys([text, *untold])), self.asked.language, rests_on)

    def _perceived(self) -> tuple[int, ...]:
        found = enumerate(self.perception.observations)
        return tuple(index for index, o in found if o.outcome is Outcome.PERCEIVED)

    def _rests_on(self, text: str) -> tuple[int, ...]:
        """The observations that share a content word or a number with the reply; what was spoken always counts."""
        stated = numbers(text)
        return tuple(
            index
            for index in self._perceived()
            if (o := self.perception.observations[index]).kind in _RESTED_ON
            or Lexicon.of([o.text], []).rests_on(text)
            or stated & numbers(o.text)
        )


def _is_seen(part: Part) -> bool:
    return isinstance(part, Photo | Video)


def _is_footage(part: Part) -> bool:
    return isinstance(part, Video) and not part.is_sticker


def without_transcripts(
    history: Sequence[Utterance], wording: Wording, senses: Senses, limits: Limits
) -> list[Utterance]:
    """The history with answers freed of the line that showed what was heard, lest the model learn to write it."""
    tellers = [Teller(wording, senses, limits, language) for language in ("en", "zh")]
    freed: list[Utterance] = []
    for utterance in history:
        if utterance.role is Role.ASSISTANT and freed:
            heard = [o for o in freed[-1].observations if o.kind is ObservationKind.TRANSCRIPT]
            utterance = _without([teller.heard(o) for o in heard for teller in tellers], utterance)
        freed.append(utterance)
    return freed


def _without(lines: Sequence[str], answer: Utterance) -> Utterance:
    """The answer without those of the lines that it begins with, unless there is nothing else to it."""
    text = answer.text
    for line in lines:
        text = text.removeprefix(line).lstrip()
    return replace(answer, text=text) if text and lines else answer
