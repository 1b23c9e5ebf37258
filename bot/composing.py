"""An answer as it is said: what was heard above it, what a reader may do about it below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, cast, get_args

import structlog

from agents.limits import Limits
from agents.ports import Senses, Wording
from agents.telling import Teller
from agents.untrusted import plain, shortened
from agents.values import Observation, ObservationKind, Outcome, Reply
from bot.incoming import Incoming
from bot.said import Choice, Choices, Said, Transcript
from bot.texts import LANGUAGES
from storage.errors import StorageError
from storage.ports import Preferences

__all__ = ["Composing", "Transcripts"]

_log = structlog.get_logger()
_BETWEEN = "\n\n"  # the paragraphs of a reply
_LONG = 300  # characters of a transcript that is collapsed
_SHOWN = 3_000  # characters of a transcript that are shown

Transcripts: TypeAlias = Literal["always", "long-collapsed", "never"]


@dataclass(frozen=True, slots=True)
class Composing:
    """``transcripts``: how they are shown in chats that chose nothing else (their preference ``transcripts``)."""

    wording: Wording
    transcripts: Transcripts = "long-collapsed"
    preferences: Preferences | None = None

    async def said(self, to: Incoming, turn: int, reply: Reply, observations: Sequence[Observation]) -> Said:
        """The reply of a turn of that number, which rests on the observations. Never raises."""
        text, heard = self._parted(reply, observations)
        above = await self._above(to, reply.language, heard) if heard else ()
        return Said(text, markdown=True, above=above, choices=self._choices(to, turn, reply, observations))

    def _parted(self, reply: Reply, observations: Sequence[Observation]) -> tuple[str, list[Observation]]:
        """The reply without the paragraphs that only show a transcript, and what was heard in them.

        What was not heard for sure is asked back in other words, and stays; so does what is all of the reply.
        """
        paragraphs, heard = reply.text.split(_BETWEEN), []
        for observation in observations:
            line = self._line(observation, paragraphs)
            if line is not None:
                paragraphs.remove(line)
                heard.append(observation)
        text = _BETWEEN.join(paragraphs)
        return (text, heard) if text.strip() else (reply.text, [])

    def _line(self, observation: Observation, paragraphs: Sequence[str]) -> str | None:
        if observation.kind is not ObservationKind.TRANSCRIPT or observation.outcome is not Outcome.PERCEIVED:
            return None
        tellers = (Teller(self.wording, Senses(), Limits(), language) for language in LANGUAGES)
        return next((line for line in (teller.heard(observation) for teller in tellers) if line in paragraphs), None)

    async def _above(self, to: Incoming, language: str, heard: Sequence[Observation]) -> Sequence[Transcript]:
        shown = await self._chosen(to)
        return () if shown == "never" else [self._transcript(each, language, shown) for each in heard]

    async def _chosen(self, to: Incoming) -> Transcripts:
        if self.preferences is None:
            return self.transcripts
        try:
            chosen = (await self.preferences.of(to.channel, to.chat)).get("transcripts")
        except StorageError as error:
            _log.warning("preferences not read", code=error.code)
            return self.transcripts
        return cast(Transcripts, chosen) if chosen in get_args(Transcripts) else self.transcripts

    def _transcript(self, heard: Observation, language: str, shown: Transcripts) -> Transcript:
        text = shortened(" ".join(plain(heard.text).split()), _SHOWN)
        return Transcript(self._label(heard, language), text, shown == "long-collapsed" and len(text) > _LONG)

    def _label(self, heard: Observation, language: str) -> str:
        if heard.language is None:
            return self.wording.say("answer.heard_plain", language)
        return self.wording.say("answer.heard", language, tag=heard.language)

    def _choices(self, to: Incoming, turn: int, reply: Reply, observations: Sequence[Observation]) -> Choices:
        """None under an answer given on somebody's behalf: who reads it talks to them, not to us."""
        if reply.stopped or not reply.text.strip() or to.host is not None:
            return ()
        rows = [tuple(self._choice(what, turn, reply.language) for what in ("good", "bad", "again"))]
        if any(not observation.kind.is_of_mood for observation in observations):
            rows.append((self._choice("seen", turn, reply.language),))
        return tuple(rows)

    def _choice(self, what: str, turn: int, language: str) -> Choice:
        return Choice(self.wording.say(f"answer.{what}", language), f"{what}:{turn}")
