"""The fake of text to speech: a tone that lasts as long as its words would take, as WAV, which hosts like to send.

``scripted:speech`` with the options ``seconds`` (how long a call takes), ``fail`` (``load`` cannot be loaded, ``crash``
breaks off at every call, ``noise`` sends what is no recording) and ``languages``.
"""

from __future__ import annotations

import asyncio
import io
import wave
from typing import TYPE_CHECKING

from agents.errors import ModelCrashed, ModelUnavailable
from agents.models.footprint import Footprint
from agents.models.options import Options
from agents.ports import Card

if TYPE_CHECKING:
    from pathlib import Path

    from agents.models.making import Making
    from agents.models.reference import ModelReference

__all__ = ["ScriptedSpeaker"]

_KNOWN = frozenset({"seconds", "fail", "languages"})
_FAILURES = frozenset({"none", "load", "crash", "noise"})
_LONGEST = 86_400.0  # seconds
_RATE = 24_000  # Hz
_A_LETTER = 0.06  # seconds of speech


class ScriptedSpeaker:
    """Fills ``agents.models.spoken.Voice``. ``said`` keeps what it was asked to say, with the language."""

    def __init__(self, reference: ModelReference) -> None:
        options = Options(reference, _KNOWN)
        self._seconds = options.number("seconds", 0.0, 0.0, _LONGEST)
        self._fail = options.choice("fail", "none", _FAILURES)
        self.card = self.declare(reference)
        self.said: list[tuple[str, str]] = []

    @classmethod
    def made(cls, making: Making) -> ScriptedSpeaker:
        """Raises ReferenceInvalid."""
        return cls(making.reference)

    @classmethod
    def footprint(cls, reference: ModelReference, folder: Path | None, kind: str) -> Footprint | None:
        """Nothing: there is no model."""
        return Footprint(0)

    @classmethod
    def declare(cls, reference: ModelReference) -> Card:
        """Raises ReferenceInvalid."""
        options = Options(reference, _KNOWN)
        options.number("seconds", 0.0, 0.0, _LONGEST)
        options.choice("fail", "none", _FAILURES)
        return Card(str(reference), languages=options.tags("languages"))

    async def load(self) -> None:
        if self._fail == "load":
            raise ModelUnavailable(self.card.reference, "scripted")

    async def say(self, text: str, language: str) -> bytes:
        await asyncio.sleep(self._seconds)
        if self._fail == "crash":
            raise ModelCrashed(self.card.reference, "scripted")
        self.said.append((text, language))
        return b"no recording" if self._fail == "noise" else await asyncio.to_thread(_tone, _A_LETTER * len(text))

    async def stop(self) -> None:
        """Nothing to let go of."""


def _tone(seconds: float) -> bytes:
    import numpy as np

    samples = np.sin(np.arange(int(_RATE * seconds)) * (440 * 2 * np.pi / _RATE)) * 8_000
    written = io.BytesIO()
    with wave.open(written, "wb") as file:
        file.setparams((1, 2, _RATE, 0, "NONE", ""))
        file.writeframes(samples.astype("<i2").tobytes())
    return written.getvalue()
