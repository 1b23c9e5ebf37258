"""One photo by template: what it shows, as sure as the model's card allows, and the text that was read in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from agents.asked import is_sure, percent_sure
from agents.evidence import Row, matching, rows
from agents.limits import Limits
from agents.ports import Senses
from agents.questions import QuestionKind
from agents.trouble import Trouble
from agents.untrusted import in_a_line
from agents.values import Observation, ObservationKind, Outcome

__all__ = ["PhotoTeller"]

_PHOTO_TROUBLES = {"too-large": "photo_too_large", "too-costly": "photo_too_costly", "empty": "photo_empty"}


@dataclass(frozen=True, slots=True)
class PhotoTeller:
    """``say`` words a sentence of the mind, ``busy`` one that names the time to wait. ``lines`` of text are shown."""

    say: Callable[..., str]
    busy: Callable[[str, float | None], str]
    senses: Senses
    limits: Limits
    lines: int

    def tell(
        self,
        observations: Sequence[Observation],
        troubles: Mapping[ObservationKind, Trouble],
        kind: QuestionKind | None,
        question: str,
    ) -> list[str]:
        """Sentences about one photo; a question gets the lines it is about, and the caption only if there are none."""
        if not observations:
            return [self.say("photo_no_model")]
        if all(o.outcome is Outcome.UNREADABLE for o in observations):
            code = next((trouble.code for trouble in troubles.values()), "")
            return [self.say(_PHOTO_TROUBLES.get(code, "photo_broken"), **self._size(code))]
        if all(_was_busy(o, troubles) for o in observations):
            waits = [trouble.wait for trouble in troubles.values() if trouble.wait is not None]
            return [self.busy("photo_busy", max(waits, default=None))]
        read = rows(observations)
        answers = [self._answer(o) for o in _of(observations, ObservationKind.ANSWER) if _is_content(o)]
        about = matching(question, read) if kind in {QuestionKind.TEXT, QuestionKind.OPEN} else []
        if about or (kind is QuestionKind.TEXT and read):
            return [*answers, self._text("text_found", about or read)]
        told = [*answers, *self._caption(observations, bool(read or answers), troubles)]
        return [*told, *self._reading(observations, read, kind, troubles)]

    def _size(self, code: str) -> dict[str, str]:
        return {"megapixels": f"{self.limits.max_megapixels:g}"} if code == "too-large" else {}

    def _answer(self, observation: Observation) -> str:
        key = "answer" if is_sure(observation, self.senses) else "answer_unsure"
        return self.say(key, text=in_a_line(observation.text), percent=percent_sure(observation))

    def _caption(
        self, observations: Sequence[Observation], something_told: bool, troubles: Mapping[ObservationKind, Trouble]
    ) -> list[str]:
        captions = _of(observations, ObservationKind.CAPTION)
        if not captions:
            return []
        best = captions[0]
        if best.outcome is Outcome.NOTHING:
            return [] if something_told else [self.say("photo_unknown")]
        if not _is_content(best):
            return [self._trouble("caption", best, troubles)]
        sentences = self.senses.captioner is None or self.senses.captioner.card.of(best.model).sentences
        sure = is_sure(best, self.senses)
        if sentences:
            key = "photo_sentence" if sure else "photo_sentence_unsure"
            return [self.say(key, text=in_a_line(best.text).rstrip("."), percent=percent_sure(best))]
        if sure:
            return [self.say("photo_sure", name=in_a_line(best.text), percent=percent_sure(best))]
        names = [in_a_line(o.text) for o in captions]
        if len(names) == 1:
            return [self.say("photo_unsure", name=names[0], percent=percent_sure(best))]
        return [self.say("photo_unsure_which", names=names, percent=percent_sure(best))]

    def _reading(
        self,
        observations: Sequence[Observation],
        read: Sequence[Row],
        kind: QuestionKind | None,
        troubles: Mapping[ObservationKind, Trouble],
    ) -> list[str]:
        if read:
            plain = kind in {None, QuestionKind.TEXT, QuestionKind.NAME, QuestionKind.OPEN}
            return [self._text("photo_text" if plain else "text_may_help", read)]
        found = next(iter(_of(observations, ObservationKind.TEXT_IN_IMAGE)), None)
        if found is None:
            return []
        if found.outcome is Outcome.NOTHING:
            return [self.say("no_text")] if kind is QuestionKind.TEXT else []
        return [self._trouble("text", found, troubles)]

    def _trouble(self, what: str, failed: Observation, troubles: Mapping[ObservationKind, Trouble]) -> str:
        if failed.outcome is Outcome.LATE:
            return self.say(f"{what}_late")
        if _was_busy(failed, troubles):
            return self.busy(f"{what}_busy", troubles[failed.kind].wait)
        return self.say(f"{what}_failed")

    def _text(self, key: str, read: Sequence[Row]) -> str:
        lines = [self.say("line", text=in_a_line(row.text)) for row in read[: self.lines]]
        if len(read) > self.lines:
            lines.append(self.say("more_lines", count=len(read) - self.lines))
        if len(lines) == 1:
            return self.say(key, lines=lines[0])
        return self.say(key, lines="\n" + "\n".join(lines)).replace(": \n", ":\n")


def _of(observations: Sequence[Observation], kind: ObservationKind) -> list[Observation]:
    return [o for o in observations if o.kind is kind]


def _is_content(observation: Observation) -> bool:
    return observation.outcome is Outcome.PERCEIVED


def _was_busy(observation: Observation, troubles: Mapping[ObservationKind, Trouble]) -> bool:
    trouble = troubles.get(observation.kind)
    return observation.outcome is Outcome.FAILED and trouble is not None and trouble.is_busy
