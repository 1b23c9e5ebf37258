"""Replies by template: what was heard, seen and read, what could not be, and what to do next.

These are the honest answer whenever a language model has nothing to add or is not to be trusted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from agents.asides import Aside
from agents.asking import wants_answer
from agents.evidence import matching, rows
from agents.limits import Limits
from agents.perceived import Perception
from agents.ports import Senses, Wording
from agents.questions import SEEING_ONLY, QuestionKind
from agents.telling_document import DocumentTeller
from agents.telling_photo import PhotoTeller
from agents.telling_video import VideoTeller
from agents.telling_voice import VoiceTeller
from agents.trouble import Trouble
from agents.values import (
    Document,
    Observation,
    ObservationKind,
    Outcome,
    Part,
    Text,
    Turn,
    Unread,
    UnreadReason,
    Video,
    Voice,
    is_own,
    is_speech,
)

__all__ = ["KINDS", "Teller"]

# Kinds of parts with a name of their own in the texts ("kind_...").
KINDS = frozenset(
    """animation sticker video video_note contact poll dice venue location game invoice story paid_media live_photo
    checklist giveaway giveaway_winners passport_data successful_payment gift audio document photo voice
    message""".split()
)
_FILES = frozenset({"photo", "voice", "video", "video_note", "document"})
_LINES, _FEWEST = 30, 5  # lines of text that are shown of all the photos, and of each at least
_APART = 3  # photos that get a paragraph each
_BETWEEN = {"en": " ", "zh": ""}  # sentences
_UNREAD = {
    UnreadReason.UNSUPPORTED: "unsupported",
    UnreadReason.TOO_LARGE: "too_large",
    UnreadReason.GONE: "gone",
    UnreadReason.EMPTY: "empty_file",
}
_LLM_TROUBLES = {
    "model-late": "llm_late",
    "model-unavailable": "llm_missing",
    "model-out-of-memory": "llm_missing",
    "device-lost": "llm_missing",
}


@dataclass(frozen=True, slots=True)
class Teller:
    """Says things about one turn in one language."""

    wording: Wording
    senses: Senses
    limits: Limits
    language: str

    def say(self, key: str, **facts: object) -> str:
        return self.wording.say(f"mind.{key}", self.language, **facts)

    def preface(self, turn: Turn, perception: Perception) -> list[str]:
        """What was heard, and what of the turn could not be taken in; a paragraph each."""
        paragraphs = []
        for index, part in enumerate(turn.parts):
            if isinstance(part, Voice) or is_speech(part):
                paragraphs.append(self._recording(index, part, perception))
            elif isinstance(part, Unread):
                paragraphs.append(self._unread(part))
        if not any(not isinstance(part, Text) or _has_words(part) for part in turn.parts):
            paragraphs.append(self.say("empty"))
        return list(dict.fromkeys(paragraphs))

    def photos(
        self,
        photos: Sequence[int],
        perception: Perception,
        kind: QuestionKind | None,
        question: str,
        *,
        unseen: bool,
        again: bool = False,
    ) -> list[str]:
        """What was perceived in the photos (by their part), led by what cannot be told when that was asked.

        ``again``: it could be told if the photo were sent again.
        """
        lines = max(_FEWEST, _LINES // max(len(photos), 1))
        teller = PhotoTeller(self.say, self._busy, self.senses, self.limits, lines)
        paragraphs = []
        for number, part in enumerate(photos, start=1):
            about = [o for o in perception.about(part) if o.kind.is_of_photo]
            told = _BETWEEN[self.language].join(teller.tell(about, perception.troubles_of(part), kind, question))
            paragraphs.append(self.say("photo_number", number=number, what=told) if len(photos) > 1 else told)
        if len(paragraphs) > _APART:
            paragraphs = ["\n".join(paragraphs)]
        if photos and kind is not None and (lead := self._lead(kind, perception, unseen, again)):
            return [lead, *paragraphs]
        return [*paragraphs, self.say("no_more")] if self._falls_short(perception, kind, question) else paragraphs

    def _lead(self, kind: QuestionKind, perception: Perception, unseen: bool, again: bool) -> str | None:
        if again:
            return self.say("look_again", what=self.say(f"what_{kind}"))
        return self._cannot(kind, perception, unseen)

    def videos(
        self,
        videos: Sequence[int],
        perception: Perception,
        kind: QuestionKind | None = None,
        *,
        unseen: bool = False,
        again: bool = False,
    ) -> list[str]:
        """What was perceived in the videos (by their part), a paragraph each; led as photos are."""
        teller = VideoTeller(self.say, self._busy, self.senses)
        looked = kind in SEEING_ONLY and any(_perceived(o) for part in videos for o in perception.about(part))
        lead = self._lead(kind, perception, unseen, again) if videos and kind and looked else None
        paragraphs = [lead] if lead else []
        for number, part in enumerate(videos, start=1):
            lines = "\n".join(teller.tell(perception.about(part), perception.troubles_of(part)))
            paragraphs.append(self.say("video_number", number=number, what=lines) if len(videos) > 1 else lines)
        return [paragraph for paragraph in paragraphs if paragraph]

    def notes(self, turn: Turn, perception: Perception, question: str) -> list[str]:
        """What of the videos and documents was not taken in, which every answer about them has to say."""
        videos = [p for p, part in enumerate(turn.parts) if isinstance(part, Video) and not part.is_sticker]
        told: list[str] = []
        for part, extent in sorted(perception.extents.items()):
            notes = extent.notes(self.say) + self._lacking(turn.parts[part], part, perception, question)
            if part in videos and len(videos) > 1:
                number = videos.index(part) + 1
                notes = [self.say("video_number", number=number, what=note) for note in notes]
            told += notes
        return told

    def _lacking(self, medium: Part, part: int, perception: Perception, question: str) -> list[str]:
        if not isinstance(medium, Video):
            return []
        teller = VideoTeller(self.say, self._busy, self.senses)
        return teller.lacking(medium, perception.about(part), perception.troubles_of(part), question)

    def documents(self, turn: Turn, perception: Perception, question: str) -> list[str]:
        """What stands in the documents of the turn, a paragraph each."""
        teller = DocumentTeller(self.say)
        return [
            "\n".join(
                teller.tell(
                    document,
                    perception.about(part),
                    perception.troubles_of(part),
                    perception.extents.get(part),
                    question,
                )
            )
            for part, document in enumerate(turn.parts)
            if isinstance(document, Document)
        ]

    def earlier_documents(self, observations: Sequence[Observation], question: str) -> list[str]:
        """What stands in documents that were sent before, a paragraph each."""
        read = [o for o in observations if o.kind is ObservationKind.DOCUMENT_TEXT and _perceived(o)]
        return DocumentTeller(self.say).earlier(read, question)

    def _falls_short(self, perception: Perception, kind: QuestionKind | None, question: str) -> bool:
        """Whether something was asked that what was perceived does not answer by itself."""
        perceived = [o for o in perception.observations if _perceived(o)]
        if kind is not QuestionKind.OPEN or not wants_answer(question) or not perceived:
            return False
        return not matching(question, rows(perceived)) and all(o.kind is not ObservationKind.ANSWER for o in perceived)

    def aside(self, aside: Aside) -> list[str]:
        """About the assistant itself, as far as its senses reach, or about what it cannot know or do."""
        if aside is not Aside.ME:
            return [self.say(f"no_{aside}")]
        able = {
            "me": True,
            "me_hearing": self.senses.transcriber is not None,
            "me_seeing": self.senses.captioner is not None,
            "me_reading": self.senses.text_reader is not None,
            "me_opening": True,
            "me_erring": True,
        }
        return [_BETWEEN[self.language].join(self.say(key) for key, is_so in able.items() if is_so)]

    def _cannot(self, kind: QuestionKind, perception: Perception, unseen: bool) -> str | None:
        what = self.say(f"what_{kind}")
        if unseen:
            return self.say("unseen", what=what)
        found = {o.kind for o in perception.observations if _perceived(o) and o.text}
        answers = {QuestionKind.TEXT: ObservationKind.TEXT_IN_IMAGE, QuestionKind.NAME: ObservationKind.CAPTION}
        if ObservationKind.ANSWER in found or answers.get(kind) in found:
            return None
        if tongues := self._tongues_to_ask_in():
            return self.say("unasked", what=what, languages=tongues)
        told_apart = {*answers, QuestionKind.OPEN}
        return None if kind in told_apart else self.say("unanswered", what=what)

    def _tongues_to_ask_in(self) -> list[str]:
        """The languages visual question answering knows, when that of the turn is none of them."""
        known = self.senses.visual_qa.card.languages if self.senses.visual_qa else None
        return [] if known is None or self.language in known else self._names(known)

    def trouble(self, trouble: Trouble) -> str:
        """Why the language model has no answer."""
        if trouble.is_busy:
            return self._busy("llm_busy", trouble.wait)
        return self.say(_LLM_TROUBLES.get(trouble.code, "llm_failed"))

    def _busy(self, key: str, wait: float | None) -> str:
        """That too much is waiting, and when to ask again; ``wait`` in seconds, where it is known."""
        return self.say(key, when=self.say("soon" if wait is None else "in_about", wait=wait))

    def speechless(self, languages: frozenset[str]) -> str:
        """The language model does not know the language of the turn."""
        return self.say("llm_language", languages=self._names(languages))

    def _names(self, languages: frozenset[str]) -> list[str]:
        return [self.say("language_name", tag=tag) for tag in sorted(languages)]

    def heard(self, observation: Observation) -> str:
        """The line that shows a transcript."""
        return self._voice.heard(observation)

    @property
    def _voice(self) -> VoiceTeller:
        return VoiceTeller(self.say, self._busy, self.senses, self.limits)

    def _recording(self, index: int, part: Part, perception: Perception) -> str:
        found = next((o for o in perception.about(index) if o.kind is ObservationKind.TRANSCRIPT), None)
        if isinstance(part, Video) and found is not None and found.outcome is Outcome.UNREADABLE:
            return self.videos([index], perception)[0]
        trouble = perception.troubles.get((index, ObservationKind.TRANSCRIPT))
        return self._voice.tell(found, trouble, own=is_own(part))

    def _unread(self, part: Unread) -> str:
        if part.reason is UnreadReason.EMPTY and part.what not in _FILES:
            return self.say("empty")
        what = self.say(f"kind_{part.what if part.what in KINDS else 'message'}")
        return self.say(_UNREAD[part.reason], what=what)


def _perceived(observation: Observation) -> bool:
    return observation.outcome is Outcome.PERCEIVED


def _has_words(part: object) -> bool:
    return isinstance(part, Text) and bool(part.text.strip())
