"""One recording by template: what was heard in it, as sure as the model's card allows, or why nothing was."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from agents.asked import is_sure
from agents.limits import Limits
from agents.ports import Senses
from agents.trouble import Trouble
from agents.untrusted import in_a_line, shortened
from agents.values import Observation, Outcome

__all__ = ["VoiceTeller"]

_SHOWN = 3_000  # characters of a transcript that are shown
_TROUBLES = {
    "too-long": "voice_too_long",
    "too-costly": "voice_too_costly",
    "no-sound": "voice_no_sound",
    "empty": "voice_empty",
}


@dataclass(frozen=True, slots=True)
class VoiceTeller:
    """``say`` words a sentence of the mind, ``busy`` one that names the time to wait."""

    say: Callable[..., str]
    busy: Callable[[str, float | None], str]
    senses: Senses
    limits: Limits

    def tell(self, found: Observation | None, trouble: Trouble | None, *, own: bool) -> str:
        """``own``: the person speaks to us, and can be asked to say it again."""
        if found is None:
            return self.say("voice_no_model")
        if found.outcome is Outcome.UNREADABLE:
            key = _TROUBLES.get(trouble.code if trouble else "", "voice_broken")
            return self.say(key, minutes=f"{self.limits.max_minutes:g}") if key == "voice_too_long" else self.say(key)
        if found.outcome is not Outcome.PERCEIVED:
            if trouble and trouble.is_busy:
                return self.busy("voice_busy", trouble.wait)
            keys = {Outcome.LATE: "voice_late", Outcome.FAILED: "voice_failed", Outcome.NOTHING: "no_speech"}
            return self.say(keys[found.outcome])
        if is_sure(found, self.senses):
            return self.heard(found)
        return self._heard("half_heard", found) if own else self.say("half_quoted", text=_shown(found.text))

    def heard(self, observation: Observation) -> str:
        """The line that shows a transcript."""
        return self._heard("heard", observation)

    def _heard(self, key: str, observation: Observation) -> str:
        text = _shown(observation.text)
        if observation.language is None:
            return self.say(f"{key}_plain", text=text)
        return self.say(key, tag=observation.language, text=text)


def _shown(text: str) -> str:
    return shortened(in_a_line(text), _SHOWN)
