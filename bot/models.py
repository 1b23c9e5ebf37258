"""The models of the house: what settings name, made once, shared where roles name the same, loaded and let go."""

from __future__ import annotations

import asyncio
import gc
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import structlog
from langchain_core.messages import BaseMessage

from agents.decoding.inside import InsideDecoder
from agents.decoding.pool import DecodingPool
from agents.errors import ModelError, ModelUnavailable, ReferenceInvalid
from agents.limits import Limits
from agents.models.catalogue import Store
from agents.models.hosted import HostedEmbedder, HostedSense
from agents.models.making import Making
from agents.models.profiles import ROLES, Profile, profile
from agents.models.reference import ModelReference
from agents.ports import Decoder, LanguageModel, Senses
from bot.backends import METHODS, adapter
from bot.settings import Settings
from bot.warmup import first_item

__all__ = ["Loaded", "Models", "limits_of"]

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Loaded:
    """How loading one model went. ``seconds`` is how long it took; ``error`` tells what was wrong, if anything."""

    role: str
    reference: str
    seconds: float
    error: str | None = None


def limits_of(settings: Settings) -> Limits:
    return Limits(
        sense_deadline=settings.sense_deadline,
        answer_deadline=settings.answer_deadline,
        max_megapixels=settings.max_image_megapixels,
        max_minutes=settings.max_audio_minutes,
    )


class Models:
    """The models a profile names, each loaded at its first use or by :meth:`load`."""

    def __init__(self, settings: Settings) -> None:
        """Raises ReferenceInvalid or ProfileUnknown; a model that is missing shows only when it is loaded."""
        self._settings = settings
        self._limits = limits_of(settings)
        self._store = Store(settings.models_dir)
        self.profile = profile(settings.profile).overridden({role: getattr(settings, role) for role in ROLES})
        asked = self.profile.references()
        references = {role: self._standing_in(reference) for role, reference in asked.items()}
        self.stand_ins = {role: str(asked[role]) for role in asked if asked[role] != references[role]}
        self._makings = {str(reference): self._making(reference) for reference in references.values()}
        made = {role: self._made(role, reference) for role, reference in references.items()}
        self.llm: LanguageModel = made.pop("llm")
        self._sensing: dict[str, Any] = made
        self.opening: Sequence[BaseMessage] = ()  # what every prompt begins with
        # Windows has no sockets to hand to a child
        self._pool = DecodingPool(self._limits) if sys.platform != "win32" else None
        self._warming: asyncio.Task[None] | None = None
        self.decoder: Decoder = self._pool or InsideDecoder(self._limits)
        self.senses = Senses(*(made.get(role) for role in ("asr", "caption", "ocr", "vqa", "sentiment", "emotion")))

    @property
    def references(self) -> dict[str, str]:
        """The reference in use, by role."""
        return {role: sense.card.reference for role, sense in self._sensing.items()} | {"llm": self.llm.card.reference}

    async def load(self, told: Callable[[Loaded], None] = lambda _: None) -> None:
        """Load every model; one that fails is told of, and answers in words when it is asked."""
        loads: list[tuple[str, Callable[[], Awaitable[None]]]] = [
            (role, partial(_ready, role, sense)) for role, sense in self._sensing.items()
        ]
        loads.append(("llm", partial(self.llm.start, self.opening)))
        await asyncio.gather(*(self._load(role, load, told) for role, load in loads))
        self._warming = asyncio.create_task(self._warm_decoder(), name="decoder-warm-up")  # nobody has to wait for it
        gc.freeze()  # what is there by now stays: looking through it for garbage took a tenth of every turn

    async def stop(self) -> None:
        for sense in self._sensing.values():
            await sense.stop()
        if self._warming is not None:
            self._warming.cancel()
            await asyncio.gather(self._warming, return_exceptions=True)
        if self._pool:
            await self._pool.stop()
        await self.llm.stop()

    async def _warm_decoder(self) -> None:
        """Without senses nothing has to be decoded, and no memory is spent on it."""
        if self._pool and self._sensing:
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

    def _making(self, reference: ModelReference) -> Making:
        host = urlsplit(reference.name).netloc.lower()
        key = self._settings.api_keys.get(host) if host else None
        return Making(
            reference,
            partial(self._folder, reference),
            sense_deadline=self._settings.sense_deadline,
            answer_deadline=self._settings.answer_deadline,
            key=key.get_secret_value() if key else None,
            proxy=self._settings.proxy,
        )

    def _folder(self, reference: ModelReference) -> Path | None:
        """The folder of the model's verified files. Raises ModelUnavailable, which tells how to fetch them."""
        return self._store.folder(reference.name) if reference.name in self._store else None

    def _made(self, role: str, reference: ModelReference) -> Any:
        try:
            kind = adapter(role, reference)
            making = self._makings[str(reference)]
            if hasattr(kind, "made"):
                return kind.made(making)
            deadline = self._limits.longest_listening if role in {"asr", "emotion"} else self._limits.sense_deadline
            hosted = HostedEmbedder if role == "embeddings" else HostedSense
            return hosted(kind.declare(reference), making.host(kind), getattr(kind, METHODS[role]), deadline=deadline)
        except ReferenceInvalid as exc:
            raise exc.at(_setting(role, self._settings, self.profile)) from exc


def _setting(role: str, settings: Settings, chosen: Profile) -> str:
    """Where the role's reference was written."""
    return f"PARLEY_{role.upper()}" if getattr(settings, role) else f"PARLEY_PROFILE={chosen.name}, {role}"


async def _ready(role: str, sense: Any) -> None:
    await sense.load()
    item = first_item(role)
    await (sense.embed(item) if role == "embeddings" else sense.perceive(item))
