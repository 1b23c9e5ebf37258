"""A transcription as hosts tell it, in OpenAI's forms ``verbose_json`` and ``json``, as a finding."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from agents.models.likelihood import likelihood
from agents.untrusted import plain
from agents.values import Finding, Span

__all__ = ["transcript"]

_REPETITIVE = 2.4  # gzip ratio above which Whisper's authors call a text a loop (openai/whisper, transcribe.py)
_NO_SPEECH, _UNLIKELY = 0.6, -1.0  # the same file: both together mean silence
_LONGEST_TAG = 3
_OWN_TAGS = {"jw": "jv"}  # Whisper's for Javanese


def transcript(told: Any, *, unsure: float, language: str | None) -> list[Finding]:
    """None where nothing was said. ``unsure`` is the confidence when the host tells none; ``language`` what is known.

    Raises AttributeError, LookupError, TypeError or ValueError for another shape.
    """
    segments = told.get("segments") or []
    believed = [segment for segment in segments if not _invented(segment)]
    text = "".join(_text(segment) for segment in believed) if segments else _text(told)
    text = " ".join(plain(text).split())
    if not text:
        return []
    sure = _sure(believed, told.get("logprobs") or ())
    return [Finding(text, unsure if sure is None else sure, language or _tag(told.get("language")), _span(believed))]


def _invented(segment: dict[str, Any]) -> bool:
    """What Whisper writes over noise: loops, and text where it hears no speech itself."""
    silent = float(segment.get("no_speech_prob") or 0) > _NO_SPEECH
    unlikely = float(segment.get("avg_logprob") or 0) < _UNLIKELY
    return float(segment.get("compression_ratio") or 0) > _REPETITIVE or (silent and unlikely)


def _text(told: dict[str, Any]) -> str:
    text = told["text"]
    if not isinstance(text, str):
        raise TypeError("no text")
    return text


def _sure(segments: Sequence[dict[str, Any]], tokens: Sequence[dict[str, Any]]) -> float | None:
    if tokens:
        return likelihood(float(token["logprob"]) for token in tokens)
    known = [segment for segment in segments if segment.get("avg_logprob") is not None]
    lengths = [len(segment.get("tokens") or segment["text"]) for segment in known]
    # LocalAI and others fill in zeros where they know nothing, and no model is certain of every token
    if not any(segment["avg_logprob"] for segment in known):
        return None
    return likelihood((float(segment["avg_logprob"]) for segment in known), lengths)


def _span(segments: Sequence[dict[str, Any]]) -> Span | None:
    if not segments or segments[0].get("start") is None or segments[-1].get("end") is None:
        return None
    start, end = float(segments[0]["start"]), float(segments[-1]["end"])
    return Span(start, end) if 0 <= start <= end < float("inf") else None


def _tag(told: object) -> str | None:
    """The BCP 47 primary tag of a language told by its tag or, as OpenAI does, by its English name."""
    if not isinstance(told, str):
        return None
    name = told.strip().lower()
    if name.isascii() and name.isalpha() and len(name) <= _LONGEST_TAG:
        return _OWN_TAGS.get(name, name)
    return _names().get(name)


@cache
def _names() -> dict[str, str]:
    from babel import Locale

    names = Locale("en").languages
    return {str(name).lower(): tag for tag, name in names.items() if len(tag) <= _LONGEST_TAG}
