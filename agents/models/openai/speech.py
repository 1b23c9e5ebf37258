"""Text to speech by a model on a host that speaks OpenAI's ``/audio/speech``: vLLM, LocalAI, Kokoro-FastAPI, OpenAI.

``openai:http://gpu1:8000/v1#model-name`` with the options ``voice``, ``voice_en`` and ``voice_zh`` (whose it is, and
whose for one language), ``speed`` (1 is the voice's own) and ``languages`` (what the model speaks).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agents.models.openai.sense import RemoteSense
from agents.models.options import Options
from agents.ports import Card

if TYPE_CHECKING:
    from agents.models.reference import ModelReference

__all__ = ["OpenAISpeaker"]

_PATH = "/audio/speech"
_KNOWN = frozenset({"voice", "voice_en", "voice_zh", "speed", "languages"})
_KINDS = ("audio/", "application/ogg", "application/octet-stream", "binary/octet-stream")
_LARGEST = 20_000_000  # bytes: seven minutes of the largest form in use, WAV at 24 kHz


class OpenAISpeaker(RemoteSense):
    """Fills ``agents.models.spoken.Voice``."""

    @classmethod
    def declare(cls, reference: ModelReference) -> Card:
        """What the reference says about the model. Raises ReferenceInvalid."""
        options = Options(reference, _KNOWN)
        _speed(options)
        return Card(str(reference), languages=options.tags("languages"), confidence="none: speech has no confidence")

    async def say(self, text: str, language: str) -> bytes:
        """A recording of the words, in whatever form the host sends. Raises what the wire raises."""
        options = Options(self._making.reference, _KNOWN)
        order: dict[str, Any] = {
            "model": self._place.model,
            "voice": options.text(f"voice_{language}", "") or options.text("voice", "alloy"),
            "input": text,
            "response_format": "opus",
        }
        if (speed := _speed(options)) != 1:
            order["speed"] = speed
        until = self._until(self._making.answer_deadline)
        return await self._fetched(_PATH, order, _KINDS, largest=_LARGEST, until=until)


def _speed(options: Options) -> float:
    return options.number("speed", 1.0, 0.25, 4.0)
