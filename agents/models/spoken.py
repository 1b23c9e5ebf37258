"""A model that speaks, as the house sees it: words without Markdown go in, and a voice note that plays comes out.

What the model sends is decoded where everything untrusted is. A voice note goes on as it is; all else is
encoded again from its samples.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Protocol

from agents.errors import MediaUnreadable, ModelCrashed, ModelRefused
from agents.ports import Card, Decoder, Speech
from agents.speakable import speakable
from agents.voice_notes import encoded, stated_seconds

if TYPE_CHECKING:
    from agents.ports import Sound

__all__ = ["Spoken", "Voice"]

_LONGEST = 600.0  # seconds: the longest text at a quarter of the usual speed
_SHORTEST = 0.05
_INEXACT = 1.0  # seconds a voice note may misstate its length by


class Voice(Protocol):
    """What an adapter fills: words in, a recording in any form out."""

    @property
    def card(self) -> Card: ...

    async def load(self) -> None:
        """Raises ModelUnavailable."""
        ...

    async def say(self, text: str, language: str) -> bytes:
        """Raises ModelError."""
        ...

    async def stop(self) -> None: ...


class Spoken:
    """Fills :class:`agents.ports.Speaker`."""

    def __init__(self, voice: Voice, decoder: Decoder) -> None:
        self._voice = voice
        self._decoder = decoder

    @property
    def card(self) -> Card:
        return self._voice.card

    async def load(self) -> None:
        await self._voice.load()

    async def speak(self, text: str, language: str) -> Speech:
        """Raises ModelRefused for what it cannot read aloud, ModelCrashed for what is no speech, or what it raises."""
        known = self.card.languages
        if known is not None and language not in known:
            raise ModelRefused(self.card.reference, "it does not speak the language")
        words = await asyncio.to_thread(speakable, text, language)
        if not words:
            raise ModelRefused(self.card.reference, "there are no words to speak")
        return await self._heard(await self._voice.say(words, language))

    async def stop(self) -> None:
        await self._voice.stop()

    async def _heard(self, data: bytes) -> Speech:
        try:
            sound = await self._decoder.sound(data)
        except MediaUnreadable as exc:
            raise ModelCrashed(self.card.reference, "what it sent is no recording") from exc
        if not _SHORTEST <= sound.seconds <= _LONGEST:
            raise ModelCrashed(self.card.reference, "what it sent is too short or too long to be speech")
        return Speech(await asyncio.to_thread(_note, data, sound), sound.seconds)


def _note(data: bytes, sound: Sound) -> bytes:
    stated = stated_seconds(data)
    return data if stated is not None and abs(stated - sound.seconds) <= _INEXACT else encoded(sound)
