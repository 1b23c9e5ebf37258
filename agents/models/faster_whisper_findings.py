"""What of Whisper's segments is believed, and how they become one finding with a confidence."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from agents.models.faster_whisper_options import TO_BCP47
from agents.values import Finding, Span

__all__ = ["believed", "finding"]

_REPETITIVE = 2.4  # gzip ratio above which Whisper's authors call a text a loop (openai/whisper, transcribe.py)
_NO_SPEECH, _UNLIKELY = 0.6, -1.0  # the same file: both together mean silence


def believed(segments: Any) -> list[Any]:
    """The segments without what Whisper invents over noise: loops, and text where it hears no speech itself."""
    spoken = [
        segment
        for segment in segments
        if (segment.words is None or segment.words)
        and segment.compression_ratio <= _REPETITIVE
        and not (segment.no_speech_prob > _NO_SPEECH and segment.avg_logprob < _UNLIKELY)
    ]
    return [next(same) for _, same in groupby(spoken, key=lambda segment: segment.text.strip().casefold())]


def finding(segments: Sequence[Any], told: Any) -> list[Finding]:
    """One finding for the whole recording, or none. Its place is from the first word to the last."""
    text = "".join(segment.text for segment in segments).strip()
    if not text:
        return []
    language = TO_BCP47.get(told.language, told.language)
    return [Finding(text, _confidence(segments, told), language, _span(segments))]


def _confidence(segments: Sequence[Any], told: Any) -> float:
    """The geometric mean of the probabilities of the language, the tokens and, where they are known, the words."""
    import numpy as np

    lengths = [len(segment.tokens) for segment in segments]
    tokens = np.exp(np.average([segment.avg_logprob for segment in segments], weights=lengths))
    parts = [told.language_probability, tokens]
    if words := [word.probability for segment in segments for word in segment.words or ()]:
        parts.append(np.mean(words))
    return min(1.0, float(np.prod(parts) ** (1 / len(parts))))


def _span(segments: Sequence[Any]) -> Span:
    words = [word for segment in segments for word in segment.words or ()] or segments
    return Span(float(words[0].start), float(words[-1].end))
