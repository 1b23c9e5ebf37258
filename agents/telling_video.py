"""One video by template: what is seen when, what is said in it, and what could not be."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from agents.asked import is_sure, percent_sure
from agents.moments import clock, stretch
from agents.ports import Senses
from agents.questions import SEEING_ONLY, QuestionKind, kind_of
from agents.trouble import Trouble
from agents.untrusted import in_a_line, shortened
from agents.values import Observation, ObservationKind, Outcome, Span, Video, is_speech

__all__ = ["VideoTeller"]

_LINES = 12  # lines of text that are shown of one video
_SHOWN = 3_000  # characters of what is said in it
_SENSES = {
    ObservationKind.SOUNDTRACK: "video_hear",
    ObservationKind.CAPTION: "video_look",
    ObservationKind.TEXT_IN_IMAGE: "video_read",
}
_TROUBLES = {"too-large": "video_too_large", "too-costly": "video_too_costly", "empty": "video_empty"}


@dataclass(frozen=True, slots=True)
class VideoTeller:
    """``say`` words a sentence of the mind, ``busy`` one that names the time to wait."""

    say: Callable[..., str]
    busy: Callable[[str, float | None], str]
    senses: Senses

    def tell(self, observations: Sequence[Observation], troubles: Mapping[ObservationKind, Trouble]) -> list[str]:
        """Sentences about one video; what its sender says to us in it is told elsewhere."""
        about = [o for o in observations if o.kind is not ObservationKind.TRANSCRIPT]
        if not observations:
            return [self.say("video_no_model")]
        if any(o.outcome is Outcome.UNREADABLE for o in observations):
            code = next((trouble.code for trouble in troubles.values()), "")
            return [self.say(_TROUBLES.get(code, "video_broken"))]
        perceived = [o for o in about if o.outcome is Outcome.PERCEIVED]
        told = [*self._answers(perceived), *self._scenes(perceived), *self._written(perceived), *self._said(perceived)]
        if not perceived and about:
            told.append(self._nothing(about, troubles))
        return told

    def lacking(
        self,
        video: Video,
        observations: Sequence[Observation],
        troubles: Mapping[ObservationKind, Trouble],
        question: str,
    ) -> list[str]:
        """A sentence for each sense that failed or is missing, where the question asks for it or nothing was asked.

        None where nothing at all was perceived: that is told instead.
        """
        found = {o.kind: o.outcome for o in reversed(observations)}
        if Outcome.PERCEIVED not in found.values() and ObservationKind.SOUNDTRACK in found:
            return []
        wanted = _wanted(kind_of(question) if question.strip() else None, found, spoken=is_speech(video))
        return [self._lacking(kind, found.get(kind), troubles.get(kind)) for kind in wanted if _fails(found.get(kind))]

    def _lacking(self, kind: ObservationKind, outcome: Outcome | None, trouble: Trouble | None) -> str:
        if trouble and trouble.is_busy:
            why = self.busy("video_why_busy", trouble.wait)
        else:
            why = self.say(f"video_why_{'missing' if outcome is None else outcome}")
        return self.say("video_without", what=self.say(_SENSES[kind]), why=why)

    def _nothing(self, about: Sequence[Observation], troubles: Mapping[ObservationKind, Trouble]) -> str:
        waits = [trouble.wait for trouble in troubles.values() if trouble.is_busy]
        if waits:
            return self.busy("video_busy", max((wait for wait in waits if wait is not None), default=None))
        outcomes = {o.outcome for o in about}
        if Outcome.LATE in outcomes:
            return self.say("video_late")
        if Outcome.FAILED in outcomes:
            return self.say("video_failed")
        return self.say("video_unknown" if any(o.kind.is_of_speech for o in about) else "video_unclear")

    def _answers(self, perceived: Sequence[Observation]) -> list[str]:
        answers = [o for o in perceived if o.kind is ObservationKind.ANSWER]
        keys = ("video_answer", "video_answer_unsure")
        return [
            self.say(keys[not is_sure(o, self.senses)], when=_when(o), text=in_a_line(o.text), percent=percent_sure(o))
            for o in answers
        ]

    def _scenes(self, perceived: Sequence[Observation]) -> list[str]:
        scenes = [self._scene(o) for o in perceived if o.kind is ObservationKind.CAPTION]
        return [self.say("video_scenes", lines=_listed(scenes)).replace(": \n", ":\n")] if scenes else []

    def _scene(self, scene: Observation) -> str:
        sentences = self.senses.captioner is None or self.senses.captioner.card.of(scene.model).sentences
        key = "scene_sentence" if sentences else "scene"
        key = key if is_sure(scene, self.senses) else f"{key}_unsure"
        return self.say(key, when=_when(scene), name=in_a_line(scene.text).rstrip("."), percent=percent_sure(scene))

    def _written(self, perceived: Sequence[Observation]) -> list[str]:
        read = [o for o in perceived if o.kind is ObservationKind.TEXT_IN_IMAGE]
        lines = [self.say("line", text=in_a_line(o.text)) for o in read[:_LINES]]
        if len(read) > _LINES:
            lines.append(self.say("more_lines", count=len(read) - _LINES))
        return [self.say("photo_text", lines=_listed(lines)).replace(": \n", ":\n")] if lines else []

    def _said(self, perceived: Sequence[Observation]) -> list[str]:
        return [self._speech(o) for o in perceived if o.kind is ObservationKind.SOUNDTRACK]

    def _speech(self, speech: Observation) -> str:
        key = "video_said" if is_sure(speech, self.senses) else "video_half_said"
        return self.say(key, when=_when(speech), text=shortened(in_a_line(speech.text), _SHOWN))


def _fails(outcome: Outcome | None) -> bool:
    return outcome in {None, Outcome.LATE, Outcome.FAILED}


def _wanted(
    kind: QuestionKind | None, found: Mapping[ObservationKind, Outcome], *, spoken: bool
) -> list[ObservationKind]:
    """The senses that a question needs; of somebody speaking to us only what they ask to be looked at."""
    if spoken:
        return [ObservationKind.CAPTION] if kind in {*SEEING_ONLY, QuestionKind.NAME} else []
    wanted = [] if kind in SEEING_ONLY else [ObservationKind.SOUNDTRACK]
    if kind is not QuestionKind.TEXT:
        wanted.append(ObservationKind.CAPTION)
    if kind not in SEEING_ONLY and (ObservationKind.TEXT_IN_IMAGE in found or _asks_to_read(kind, found)):
        wanted.append(ObservationKind.TEXT_IN_IMAGE)
    return wanted


def _asks_to_read(kind: QuestionKind | None, found: Mapping[ObservationKind, Outcome]) -> bool:
    """Whether what is written may be meant, rather than what was heard."""
    return kind is QuestionKind.TEXT and found.get(ObservationKind.SOUNDTRACK) is not Outcome.PERCEIVED


def _listed(lines: Sequence[str]) -> str:
    return lines[0] if len(lines) == 1 else "\n" + "\n".join(lines)


def _when(observation: Observation) -> str:
    return stretch(observation.place) if isinstance(observation.place, Span) else clock(0)
