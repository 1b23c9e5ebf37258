"""What was heard in recordings, told from the rest of an answer, and shown as its chat likes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, cast, get_args

import structlog

from agents.limits import Limits
from agents.ports import Senses, Wording
from agents.telling import Teller
from agents.untrusted import plain, shortened
from agents.values import Observation, ObservationKind, Outcome
from bot.incoming import Incoming
from bot.said import Transcript
from bot.texts import LANGUAGES
from storage.errors import StorageError
from storage.ports import Preferences

__all__ = ["Shown", "Transcripts"]

_log = structlog.get_logger()
_BETWEEN = "\n\n"  # the paragraphs of a reply
_LONG = 300  # characters of a transcript that is collapsed
_SHOWN = 3_000  # characters of a transcript that are shown

Shown: TypeAlias = Literal["always", "long-collapsed", "never"]


@dataclass(frozen=True, slots=True)
class Transcripts:
    """``setting``: how they are shown in chats that chose nothing else (their preference ``transcripts``)."""

    wording: Wording
    setting: Shown = "long-collapsed"
    preferences: Preferences | None = None

    async def shown(self, to: Incoming) -> Shown:
        """How the chat wants them. Never raises."""
        if self.preferences is None:
            return self.setting
        try:
            chosen = (await self.preferences.of(to.channel, to.chat)).get("transcripts")
        except StorageError as error:
            _log.warning("preferences not read", code=error.code)
            return self.setting
        return cast(Shown, chosen) if chosen in get_args(Shown) else self.setting

    def parted(
        self, text: str, observations: Sequence[Observation], shown: Shown
    ) -> tuple[str, tuple[Transcript, ...]]:
        """A reply without the paragraphs that only show a transcript, and those as they are shown above it.

        What was not heard for sure is asked back in other words, and stays.
        """
        paragraphs, above = text.split(_BETWEEN), []
        for observation in observations:
            for language in LANGUAGES:
                line = self._line(observation, language)
                if line is not None and line in paragraphs:
                    paragraphs.remove(line)
                    above.append(self._transcript(observation, language, shown))
                    break
        return _BETWEEN.join(paragraphs), () if shown == "never" else tuple(above)

    def _line(self, observation: Observation, language: str) -> str | None:
        if observation.kind is not ObservationKind.TRANSCRIPT or observation.outcome is not Outcome.PERCEIVED:
            return None
        return Teller(self.wording, Senses(), Limits(), language).heard(observation)

    def _transcript(self, heard: Observation, language: str, shown: Shown) -> Transcript:
        text = shortened(" ".join(plain(heard.text).split()), _SHOWN)
        return Transcript(self._label(heard, language), text, shown == "long-collapsed" and len(text) > _LONG)

    def _label(self, heard: Observation, language: str) -> str:
        if heard.language is None:
            return self.wording.say("answer.heard_plain", language)
        return self.wording.say("answer.heard", language, tag=heard.language)
