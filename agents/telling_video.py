"""One video by template: what is seen when, what is said in it, and how much of it was taken in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from agents.asked import is_sure
from agents.moments import clock, stretch
from agents.perceived import Extent
from agents.ports import Senses
from agents.trouble import Trouble
from agents.untrusted import plain, shortened
from agents.values import Observation, ObservationKind, Outcome, Span

__all__ = ["VideoTeller"]

_LINES = 12  # lines of text that are shown of one video
_SHOWN = 3_000  # characters of what is said in it
_TROUBLES = {"too-large": "video_too_large", "too-costly": "video_too_costly", "empty": "video_empty"}


@dataclass(frozen=True, slots=True)
class VideoTeller:
    """``say`` words a sentence of the mind, ``busy`` one that names the time to wait."""

    say: Callable[..., str]
    busy: Callable[[str, float | None], str]
    senses: Senses

    def tell(
        self, observations: Sequence[Observation], troubles: Mapping[ObservationKind, Trouble], extent: Extent | None
    ) -> list[str]:
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
        if extent and extent.cut:
            told.append(self.say("video_cut", read=clock(extent.read), whole=clock(extent.whole)))
        return told

    def _nothing(self, about: Sequence[Observation], troubles: Mapping[ObservationKind, Trouble]) -> str:
        waits = [trouble.wait for trouble in troubles.values() if trouble.is_busy]
        if waits:
            return self.busy("video_busy", max((wait for wait in waits if wait is not None), default=None))
        outcomes = {o.outcome for o in about}
        if Outcome.LATE in outcomes:
            return self.say("video_late")
        return self.say("video_failed" if Outcome.FAILED in outcomes else "video_unknown")

    def _answers(self, perceived: Sequence[Observation]) -> list[str]:
        answers = [o for o in perceived if o.kind is ObservationKind.ANSWER]
        keys = ("video_answer", "video_answer_unsure")
        return [
            self.say(keys[not is_sure(o, self.senses)], when=_when(o), text=_clean(o.text), percent=_percent(o))
            for o in answers
        ]

    def _scenes(self, perceived: Sequence[Observation]) -> list[str]:
        scenes = [self._scene(o) for o in perceived if o.kind is ObservationKind.CAPTION]
        return [self.say("video_scenes", lines=_listed(scenes)).replace(": \n", ":\n")] if scenes else []

    def _scene(self, scene: Observation) -> str:
        sentences = self.senses.captioner is None or self.senses.captioner.card.of(scene.model).sentences
        key = "scene_sentence" if sentences else "scene"
        key = key if is_sure(scene, self.senses) else f"{key}_unsure"
        return self.say(key, when=_when(scene), name=_clean(scene.text).rstrip("."), percent=_percent(scene))

    def _written(self, perceived: Sequence[Observation]) -> list[str]:
        read = [o for o in perceived if o.kind is ObservationKind.TEXT_IN_IMAGE]
        lines = [self.say("line", text=_clean(o.text)) for o in read[:_LINES]]
        if len(read) > _LINES:
            lines.append(self.say("more_lines", count=len(read) - _LINES))
        return [self.say("photo_text", lines=_listed(lines)).replace(": \n", ":\n")] if lines else []

    def _said(self, perceived: Sequence[Observation]) -> list[str]:
        return [self._speech(o) for o in perceived if o.kind is ObservationKind.SOUNDTRACK]

    def _speech(self, speech: Observation) -> str:
        key = "video_said" if is_sure(speech, self.senses) else "video_half_said"
        return self.say(key, when=_when(speech), text=shortened(_clean(speech.text), _SHOWN))


def _listed(lines: Sequence[str]) -> str:
    return lines[0] if len(lines) == 1 else "\n" + "\n".join(lines)


def _when(observation: Observation) -> str:
    return stretch(observation.place) if isinstance(observation.place, Span) else clock(0)


def _percent(observation: Observation) -> int:
    return min(round(100 * observation.confidence), 99)


def _clean(text: str) -> str:
    return " ".join(plain(text).split())
