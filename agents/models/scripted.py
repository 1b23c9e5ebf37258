"""Fakes of every port, shipped beside the real adapters: deterministic, scriptable, without files or weights.

By reference they make a whole profile that runs the real process without models::

    scripted:transcript?text=hello&language=en&confidence=0.9&seconds=0.05
    scripted:caption  scripted:ocr?text=line one|line two  scripted:vqa  scripted:echo?seconds=0.1

``text``: findings, one between two ``|``, empty for nothing found. ``seconds``: how long a call takes.
``fail``: ``load`` cannot be loaded, ``crash`` breaks off at every call; of the senses, ``abort`` ends its process and
``hang`` never ends, both while loading. ``languages``: tags divided by commas.
``sentences=no``: a captioner that names one thing.

Tests that want more hand Python objects to :class:`ScriptedSense` and to :class:`~agents.models.scripted_llm`.
"""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar
from zlib import crc32

from agents.errors import ModelCrashed, ModelUnavailable, ParleyError
from agents.models.footprint import Footprint
from agents.models.options import Options
from agents.models.scripted_llm import Broken, ScriptedChat, ScriptedLLM
from agents.ports import Card, Question, Sound
from agents.values import Finding

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image

    from agents.models.reference import ModelReference

__all__ = [
    "Broken",
    "ScriptedCaptioner",
    "ScriptedChat",
    "ScriptedEmbedder",
    "ScriptedEmotionReader",
    "ScriptedLLM",
    "ScriptedLanguageIdentifier",
    "ScriptedSense",
    "ScriptedSentimentReader",
    "ScriptedTextReader",
    "ScriptedTranscriber",
    "ScriptedVisualQA",
]

ItemT = TypeVar("ItemT")
_KNOWN = frozenset({"text", "language", "confidence", "seconds", "fail", "languages", "sentences", "sure", "half"})
_FAILURES = frozenset({"none", "load", "crash", "abort", "hang"})
_LONGEST = 86_400.0  # seconds
_DIMENSIONS = 64


class _Scripted:
    """What the senses share: options of the reference become a card and the same findings for every item."""

    default_text: ClassVar[str]

    @classmethod
    def footprint(cls, reference: ModelReference, folder: Path | None, kind: str) -> Footprint | None:
        """Nothing: there is no model."""
        return Footprint(0)

    @classmethod
    def declare(cls, reference: ModelReference) -> Card:
        options = Options(reference, _KNOWN)
        options.choice("fail", "none", _FAILURES)
        options.number("seconds", 0.0, 0.0, _LONGEST)
        options.number("confidence", 0.9, 0.0, 1.0)
        return Card(
            reference=str(reference),
            languages=options.tags("languages") or None,
            sentences=options.choice("sentences", "yes", frozenset({"yes", "no"})) == "yes",
            sure_from=options.number("sure", 0.6, 0.0, 1.0),
            half_from=options.number("half", 0.3, 0.0, 1.0),
            confidence="as scripted",
            together=8,
        )

    def __init__(self, reference: ModelReference, folder: Path | None = None) -> None:
        self.card = self.declare(reference)
        options = reference.options
        if options.get("fail") == "load":
            raise ModelUnavailable(self.card.reference, "scripted to fail")
        if options.get("fail") == "abort":
            os.abort()
        if options.get("fail") == "hang":
            threading.Event().wait()
        self._crashes = options.get("fail") == "crash"
        self._seconds = float(options.get("seconds", "0"))
        texts = [text for text in options.get("text", self.default_text).split("|") if text]
        confidence = float(options.get("confidence", "0.9"))
        self._findings = [Finding(text, confidence, language=options.get("language")) for text in texts]

    def _perceive(self, items: Sequence[object]) -> list[list[Finding]]:
        time.sleep(self._seconds)
        if self._crashes:
            raise ModelCrashed(self.card.reference, "scripted to crash")
        return [list(self._findings) for _ in items]


class ScriptedTranscriber(_Scripted):
    default_text = "scripted words"

    def transcribe(self, sounds: Sequence[Sound]) -> list[list[Finding]]:
        return self._perceive(sounds)


class ScriptedCaptioner(_Scripted):
    default_text = "a scripted picture"

    def caption(self, pictures: Sequence[Image]) -> list[list[Finding]]:
        return self._perceive(pictures)


class ScriptedTextReader(_Scripted):
    default_text = "SCRIPTED SIGN"

    def read(self, pictures: Sequence[Image]) -> list[list[Finding]]:
        return self._perceive(pictures)


class ScriptedVisualQA(_Scripted):
    default_text = "yes"

    def answer(self, questions: Sequence[Question]) -> list[list[Finding]]:
        return self._perceive(questions)


class ScriptedSentimentReader(_Scripted):
    default_text = "positive"

    def read_sentiment(self, texts: Sequence[str]) -> list[list[Finding]]:
        return self._perceive(texts)


class ScriptedEmotionReader(_Scripted):
    default_text = "happy"

    def hear_emotion(self, sounds: Sequence[Sound]) -> list[list[Finding]]:
        return self._perceive(sounds)


class ScriptedLanguageIdentifier(_Scripted):
    default_text = "en"

    def identify(self, texts: Sequence[str]) -> list[list[Finding]]:
        return self._perceive(texts)


class ScriptedEmbedder(_Scripted):
    """Fills ``agents.ports.Embedder``: texts are as near as they have words in common. Float32, (n, 64), unit norm."""

    default_text = ""

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        import numpy as np

        self._perceive(texts)
        vectors = np.zeros((len(texts), _DIMENSIONS), np.float32)
        for vector, text in zip(vectors, texts, strict=True):
            for word in text.casefold().split() or [""]:
                vector[crc32(word.encode("utf-8", "surrogatepass")) % _DIMENSIONS] += 1
            vector /= np.linalg.norm(vector)
        return vectors


class ScriptedSense(Generic[ItemT]):
    """Fills ``agents.ports.Sense`` without a host: findings, an error, or a function of the item.

    ``items`` records what was perceived, in order; ``seconds`` is how long each takes.
    """

    def __init__(
        self,
        script: Sequence[Finding] | ParleyError | Callable[[ItemT], list[Finding]] = (),
        *,
        card: Card | None = None,
        seconds: float = 0.0,
    ) -> None:
        self._script = script
        self._card = card or Card("scripted:sense")
        self._seconds = seconds
        self.items: list[Any] = []

    @property
    def card(self) -> Card:
        return self._card

    async def load(self) -> None:
        """There is nothing to load."""

    async def stop(self) -> None:
        """There is nothing to let go of."""

    async def perceive(self, item: ItemT) -> list[Finding]:
        self.items.append(item)
        await asyncio.sleep(self._seconds)
        if isinstance(self._script, ParleyError):
            raise self._script
        if callable(self._script):
            return self._script(item)
        return list(self._script)
