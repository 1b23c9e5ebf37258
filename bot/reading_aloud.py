"""Answers that are spoken, too, where a chat wants that and there is a model to speak with."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import structlog

from agents.errors import ModelError
from agents.ports import Speaker
from agents.values import VIDEO_NOTE
from bot.incoming import Incoming, IncomingMedia
from storage.errors import StorageError
from storage.ports import Preferences

__all__ = ["ReadingAloud"]

_log = structlog.get_logger()
_LONGEST = 60.0  # seconds; the chat's next turn waits for it


@dataclass(frozen=True, slots=True)
class ReadingAloud:
    """``speaker`` None, or no ``preferences``: nothing is spoken."""

    speaker: Speaker | None = None
    preferences: Preferences | None = None

    async def wanted(self, said: Incoming) -> bool:
        """Whether the answer is to be heard, too. Never raises."""
        if self.speaker is None or self.preferences is None:
            return False
        try:
            wanted = (await self.preferences.of(said.channel, said.chat)).get("spoken", "off")
        except StorageError as error:
            _log.warning("answer not spoken", code=error.code)
            return False
        return wanted == "always" or (wanted == "voice" and _spoke(said))

    async def voice(self, text: str, language: str) -> bytes | None:
        """The answer as OGG/Opus, if it can be made in time. Never raises."""
        if self.speaker is None:
            return None
        try:
            async with asyncio.timeout(_LONGEST):
                return (await self.speaker.speak(text, language)).data
        except ModelError as error:
            _log.warning("answer not spoken", code=error.code)
        except TimeoutError:
            _log.warning("answer not spoken", code="late")
        return None


def _spoke(said: Incoming) -> bool:
    """Whether they spoke themselves, in a voice note or a video note."""
    own = [part for part in said.parts if isinstance(part, IncomingMedia) and not (part.quoted or part.origin)]
    return any(part.kind == "voice" or part.media_type == VIDEO_NOTE for part in own)
