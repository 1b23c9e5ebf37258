"""The backends: which adapter fills which role. The one place that names them, beside entry points of other packages.

A synchronous adapter is made as ``adapter(reference, folder)``, has the method of its port, and is hosted by us. One
that runs its model elsewhere has ``made(making)`` instead and fills ``agents.ports.Sense`` or ``LanguageModel`` itself.
Both have ``declare(reference)``, which gives the card, raises ReferenceInvalid and loads nothing; and, where a model
has files, ``files(reference)``: glob patterns of those it needs from a repository.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any

from agents.errors import ReferenceInvalid
from agents.models.options import nearest
from agents.models.reference import ModelReference

__all__ = ["ENGINES", "METHODS", "adapter", "backends"]

# role -> the method of its port. The language model's port is LangChain's chat model; what speaks runs elsewhere.
METHODS = {
    "asr": "transcribe",
    "caption": "caption",
    "vqa": "answer",
    "ocr": "read",
    "sentiment": "read_sentiment",
    "emotion": "hear_emotion",
    "langid": "identify",
    "embeddings": "embed",
}

# A new backend of ours is one line here and one file in agents/models.
_OURS: Mapping[str, Mapping[str, str]] = {
    "asr": {
        "faster-whisper": "agents.models.faster_whisper:FasterWhisper",
        "openai": "agents.models.openai.asr:OpenAITranscriber",
        "scripted": "agents.models.scripted:ScriptedTranscriber",
    },
    "caption": {
        "blip": "agents.models.transformers.blip:BlipCaptioner",
        "blip2": "agents.models.transformers.blip2:Blip2",
        "imagenet": "agents.models.imagenet:ImageNet",
        "llamacpp": "agents.models.llamacpp.vision:LlamaCppCaptioner",
        "openai": "agents.models.openai.vision:OpenAICaptioner",
        "scripted": "agents.models.scripted:ScriptedCaptioner",
        "vlm": "agents.models.transformers.vlm:VisionLanguageModel",
    },
    "vqa": {
        "blip": "agents.models.transformers.blip:BlipVisualQA",
        "blip2": "agents.models.transformers.blip2:Blip2",
        "llamacpp": "agents.models.llamacpp.vision:LlamaCppVisualQA",
        "openai": "agents.models.openai.vision:OpenAIVisualQA",
        "scripted": "agents.models.scripted:ScriptedVisualQA",
        "vlm": "agents.models.transformers.vlm:VisionLanguageModel",
    },
    "ocr": {
        "rapidocr": "agents.models.rapidocr:RapidOcr",
        "scripted": "agents.models.scripted:ScriptedTextReader",
    },
    "sentiment": {
        "classifier": "agents.models.transformers.classifier:Classifier",
        "scripted": "agents.models.scripted:ScriptedSentimentReader",
        "vader-snownlp": "agents.models.vader_snownlp:VaderSnowNlp",
    },
    "emotion": {
        "emotion": "agents.models.transformers.emotion:SpeechEmotion",
        "scripted": "agents.models.scripted:ScriptedEmotionReader",
    },
    "langid": {
        "lingua": "agents.models.lingua:Lingua",
        "scripted": "agents.models.scripted:ScriptedLanguageIdentifier",
    },
    "embeddings": {
        "llamacpp": "agents.models.llamacpp.embedding:LlamaCppEmbedder",
        "openai": "agents.models.openai.embedding:OpenAIEmbedder",
        "scripted": "agents.models.scripted:ScriptedEmbedder",
        "sentence": "agents.models.transformers.embedding:SentenceEmbedder",
    },
    "tts": {
        "openai": "agents.models.openai.speech:OpenAISpeaker",
        "scripted": "agents.models.scripted_speaker:ScriptedSpeaker",
    },
    "llm": {
        "llamacpp": "agents.models.llamacpp.llm:LlamaCpp",
        "openai": "agents.models.openai.llm:OpenAIChat",
        "scripted": "agents.models.scripted:ScriptedLLM",
        "transformers": "agents.models.transformers.llm:TransformersLLM",
        "vlm": "agents.models.transformers.llm:VisionLLM",
    },
}

# The library whose installed build decides whether the backend can use a GPU.
ENGINES: Mapping[str, str] = {
    **dict.fromkeys(("blip", "blip2", "classifier", "emotion", "sentence", "transformers", "vlm"), "torch"),
    "faster-whisper": "ctranslate2",
    "llamacpp": "xllamacpp",
}

_REINSTALL = "reinstall the package that brings it, or ask its author"


def backends(role: str) -> dict[str, str]:
    """``module:Class`` by the backend's name. Ours go first: no other package takes their place."""
    theirs = {point.name: point.value for point in entry_points(group=f"parley.{role}")}
    return theirs | dict(_OURS[role])


def adapter(role: str, reference: ModelReference) -> Any:
    """The adapter's class; importing it is light, making an instance is not. Raises ReferenceInvalid."""
    # ours first, since asking for the entry points of every package takes a while
    where = _OURS[role].get(reference.backend) or backends(role).get(reference.backend)
    if where is None:
        near = nearest(reference.backend, backends(role), f"backends for {role} are")
        raise ReferenceInvalid(str(reference), f"it names no backend for {role}", near)
    module, _, name = where.partition(":")
    try:
        kind = getattr(import_module(module), name)
    # another package's code runs here for the first time, and may raise anything but an interrupt
    except (Exception, SystemExit) as exc:
        raise ReferenceInvalid(str(reference), f"{where} does not load", _REINSTALL) from exc
    needed = ("declare",) if hasattr(kind, "made") else ("declare", METHODS.get(role, "made"))
    if lacking := [method for method in needed if not hasattr(kind, method)]:
        raise ReferenceInvalid(str(reference), f"{where} has no method {lacking[0]}", _REINSTALL)
    return kind
