"""The composition root: the one place where settings become objects and concrete adapters are named."""

from __future__ import annotations

import asyncio
import gc
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import structlog
from langchain_core.messages import BaseMessage

from agents.assistant import Assistant, Limits
from agents.decoding.inside import InsideDecoder
from agents.decoding.pool import DecodingPool
from agents.errors import ModelError, ModelUnavailable, ReferenceInvalid
from agents.models.catalogue import Store
from agents.models.host import HostedSense
from agents.models.profiles import profile
from agents.models.reference import ModelReference
from agents.ports import Decoder, LanguageModel, Senses, Wording
from bot.conversing import Conversing
from bot.settings import Settings
from bot.texts import Texts
from bot.warmup import first_item
from storage.assembly import Storage, open_storage

__all__ = ["House", "Loaded", "Models", "memory", "wire"]

_log = structlog.get_logger()

# role -> backend -> where its adapter is. A new backend is one line here and one file in agents/models.
_ADAPTERS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "asr": {
        "faster-whisper": ("agents.models.faster_whisper", "FasterWhisper"),
        "scripted": ("agents.models.scripted", "ScriptedTranscriber"),
    },
    "caption": {
        "imagenet": ("agents.models.imagenet", "ImageNet"),
        "scripted": ("agents.models.scripted", "ScriptedCaptioner"),
    },
    "ocr": {
        "rapidocr": ("agents.models.rapidocr", "RapidOcr"),
        "scripted": ("agents.models.scripted", "ScriptedTextReader"),
    },
    "vqa": {"scripted": ("agents.models.scripted", "ScriptedVisualQA")},
    "llm": {
        "llamacpp": ("agents.models.llamacpp.llm", "LlamaCpp"),
        "openai": ("agents.models.openai.llm", "OpenAIChat"),
        "scripted": ("agents.models.scripted", "ScriptedLLM"),
    },
}
_METHODS = {"asr": "transcribe", "caption": "caption", "ocr": "read", "vqa": "answer"}


@dataclass(frozen=True, slots=True)
class Loaded:
    """How loading one model went. ``seconds`` is how long it took; ``error`` tells what was wrong, if anything."""

    role: str
    reference: str
    seconds: float
    error: str | None = None


def _limits(settings: Settings) -> Limits:
    return Limits(
        sense_deadline=settings.sense_deadline,
        answer_deadline=settings.answer_deadline,
        max_megapixels=settings.max_image_megapixels,
        max_minutes=settings.max_audio_minutes,
    )


def _adapter(role: str, reference: ModelReference) -> Any:
    """The adapter's class. Importing its module is light; making an instance is not."""
    known = _ADAPTERS[role]
    if reference.backend not in known:
        setting = f"PARLEY_{role.upper()}"
        raise ReferenceInvalid(
            str(reference), f"{setting} names no backend of ours", f"use {' or '.join(sorted(known))}"
        )
    module, name = known[reference.backend]
    return getattr(import_module(module), name)


async def _ready(role: str, sense: HostedSense[Any, Any]) -> None:
    await sense.load()
    await sense.perceive(first_item(role))


class Models:
    """The models a profile names, each loaded at its first use or by :meth:`load`."""

    def __init__(self, settings: Settings) -> None:
        """Raises ReferenceInvalid or ProfileUnknown; a model that is missing shows only when it is loaded."""
        wanted = {role: getattr(settings, role) for role in _ADAPTERS}
        self.profile = profile(settings.profile).overridden(wanted)
        self._store = Store(settings.models_dir)
        self._settings = settings
        references = {role: self._standing_in(asked) for role, asked in self.profile.references().items()}
        self.stand_ins = {
            role: str(asked) for role, asked in self.profile.references().items() if asked != references[role]
        }
        self._language_model_named = references["llm"].name
        self.llm = self._language_model(references.pop("llm"))
        self._hosted = {role: self._sense(role, reference) for role, reference in references.items()}
        self.opening: Sequence[BaseMessage] = ()  # what every prompt begins with
        # Windows has no sockets to hand to a child
        bounded = sys.platform != "win32"
        self._pool = DecodingPool(_limits(settings)) if bounded else None
        self._warming: asyncio.Task[None] | None = None
        self.decoder: Decoder = self._pool or InsideDecoder(_limits(settings))
        self.senses = Senses(*(self._hosted.get(role) for role in ("asr", "caption", "ocr", "vqa")))

    @property
    def references(self) -> dict[str, str]:
        """The reference in use, by role."""
        return {role: sense.card.reference for role, sense in self._hosted.items()} | {"llm": self.llm.card.reference}

    async def load(self, told: Callable[[Loaded], None] = lambda _: None) -> None:
        """Load every model; one that fails is told of, and answers in words when it is asked."""
        loads: list[tuple[str, Callable[[], Awaitable[None]]]] = [
            (role, partial(_ready, role, sense)) for role, sense in self._hosted.items()
        ]
        loads.append(("llm", self._start_language_model))
        await asyncio.gather(*(self._load(role, load, told) for role, load in loads))
        self._warming = asyncio.create_task(self._warm_decoder(), name="decoder-warm-up")  # nobody has to wait for it
        gc.freeze()  # what is there by now stays: looking through it for garbage took a tenth of every turn

    async def stop(self) -> None:
        for sense in self._hosted.values():
            sense.close()
        if self._warming is not None:
            self._warming.cancel()
            await asyncio.gather(self._warming, return_exceptions=True)
        if self._pool:
            await self._pool.stop()
        await self.llm.stop()

    async def _warm_decoder(self) -> None:
        """Without senses nothing has to be decoded, and no memory is spent on it."""
        if self._pool and self._hosted:
            await self._pool.warm()

    async def _load(self, role: str, load: Callable[[], Awaitable[None]], told: Callable[[Loaded], None]) -> None:
        began = time.monotonic()
        error = None
        try:
            await load()
        except ModelError as exc:
            error = exc.detail or exc.code
            _log.warning("model not loaded", role=role, model=exc.model, code=exc.code)
        told(Loaded(role, self.references[role], time.monotonic() - began, error))

    async def _start_language_model(self) -> None:
        if self._language_model_named in self._store:  # which tells how to fetch what is missing
            await asyncio.to_thread(self._store.folder, self._language_model_named)
        await self.llm.start(self.opening)

    def _standing_in(self, reference: ModelReference) -> ModelReference:
        """The reference, or its stand-in's, with the options the catalogue gives it, when only that is installed."""
        if reference.name not in self._store:
            return reference
        try:
            found = self._store.resolve(reference.name)
        except ModelUnavailable:
            return reference  # loading it will tell what to do
        if found.stands_in_for is None:
            return reference
        return ModelReference(reference.backend, found.name, None, self._store.entry(found.name).options)

    def _folder(self, reference: ModelReference) -> Path | None:
        return self._store.place(reference.name) if reference.name in self._store else None

    def _sense(self, role: str, reference: ModelReference) -> HostedSense[Any, Any]:
        adapter = _adapter(role, reference)

        def load() -> Any:
            known = reference.name in self._store
            return adapter(reference, self._store.folder(reference.name) if known else None)

        limits = _limits(self._settings)
        deadline = limits.longest_listening if role == "asr" else limits.sense_deadline
        return HostedSense(
            adapter.declare(reference),
            load,
            getattr(adapter, _METHODS[role]),
            deadline=deadline,
            together=getattr(adapter, "together", 1),
        )

    def _language_model(self, reference: ModelReference) -> LanguageModel:
        adapter = _adapter("llm", reference)
        model: LanguageModel = adapter(reference, self._folder(reference), deadline=self._settings.answer_deadline)
        return model


@dataclass(frozen=True, slots=True)
class House:
    """Everything a door needs."""

    kept: Storage
    wording: Wording
    conversing: Conversing
    models: Models


def memory(settings: Settings) -> AbstractAsyncContextManager[Storage]:
    """What is stored, open for use. Raises StorageError."""
    return open_storage(settings.url, settings.media_dir, synchronous=settings.database_sync)


@asynccontextmanager
async def wire(settings: Settings) -> AsyncIterator[House]:
    """Build the house from settings, and take it down. Raises ReferenceInvalid, ProfileUnknown, StorageError."""
    wording = Texts()
    models = Models(settings)
    limits = _limits(settings)
    async with memory(settings) as kept:
        try:
            assistant = Assistant(models.senses, models.llm, wording, limits, models.decoder)
            models.opening = assistant.opening()
            yield House(kept, wording, Conversing(assistant, kept.conversations), models)
        finally:
            await models.stop()
