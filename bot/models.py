"""The models of the house: what settings name, made once, shared where roles name the same, loaded and let go."""

from __future__ import annotations

import asyncio
import gc
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog
from langchain_core.messages import BaseMessage

from agents.decoding.inside import InsideDecoder
from agents.decoding.pool import DECODER, DecodingPool
from agents.errors import ModelError
from agents.models.fallback import either
from agents.models.metrics import Metrics
from agents.models.reference import ModelReference
from agents.ports import Decoder, LanguageModel, Senses, Speaker
from bot.checking.remedies import remedy
from bot.chosen import chosen_profile, require_address
from bot.makings import Makings, limits_of
from bot.settings import Settings
from bot.warmup import first_item, first_words

__all__ = ["Loaded", "Models", "limits_of"]

_log = structlog.get_logger()
_STOPPED_WITHIN = 10.0  # seconds
_CROWD_ELSEWHERE, _CROWD_HERE = 32, 8  # chats


@dataclass(frozen=True, slots=True)
class Loaded:
    """How loading the models of a role went: in how many ``seconds``; ``error`` tells what was wrong, if anything.

    ``unloaded`` are those of several that failed while another answers in their place, each with what was wrong.
    """

    role: str
    reference: str
    seconds: float
    error: str | None = None
    unloaded: Mapping[str, str] = field(default_factory=dict)


class Models:
    """The models a profile names, each loaded at its first use or by :meth:`load`."""

    def __init__(self, settings: Settings) -> None:
        """Raises ReferenceInvalid, ProfileUnknown, ProfilesInvalid, PlanImpossible.

        A missing model shows only when it is loaded.
        """
        self._limits = limits_of(settings)
        self.profile = chosen_profile(settings)
        require_address(self.profile)
        self.metrics = Metrics()
        # Windows has no sockets to hand to a child
        self._pool = DecodingPool(self._limits, meter=self.metrics.of(DECODER)) if sys.platform != "win32" else None
        self.decoder: Decoder = self._pool or InsideDecoder(self._limits)
        makings = Makings(settings, self.metrics, self.decoder)
        asked, chosen = self.profile.references(), makings.models_of(self.profile)
        self.stand_ins = {role: str(asked[role]) for role in asked if asked[role] != chosen[role][0]}
        self.plan = makings.planned(chosen)
        made = {role: self._either(role, found, makings) for role, found in chosen.items()}
        self.llm: LanguageModel = made.pop("llm")
        self._sensing: dict[str, Any] = made
        self.speaker: Speaker | None = made.get("tts")
        self.opening: Sequence[BaseMessage] = ()  # what every prompt begins with
        self._warming: asyncio.Task[None] | None = None
        self.senses = Senses(*(made.get(role) for role in ("asr", "caption", "ocr", "vqa", "sentiment", "emotion")))

    def _either(self, role: str, references: Sequence[ModelReference], makings: Makings) -> Any:
        """One port of the models that the plan has a place for."""
        left_out = [one.wish.reference for one in self.plan.placed if one.left_out]
        models = [makings.made(role, reference) for reference in references if reference not in left_out]
        return either(role, models, self.metrics, self._limits)

    @property
    def crowd(self) -> int:
        """How many chats may well be answered at once: hosts elsewhere answer many, a model of this process few."""
        return _CROWD_ELSEWHERE if self.references["llm"].startswith("openai:") else _CROWD_HERE

    @property
    def references(self) -> dict[str, str]:
        """The reference in use, by role."""
        return {role: sense.card.reference for role, sense in self._sensing.items()} | {"llm": self.llm.card.reference}

    async def load(self, told: Callable[[Loaded], None] = lambda _: None) -> None:
        """Load every model; one that fails is told of, and answers in words when it is asked."""

        async def one(role: str) -> None:
            told(await self.load_one(role))

        await asyncio.gather(*(one(role) for role in self.references))
        self._warming = asyncio.create_task(self._warm_decoder(), name="decoder-warm-up")  # nobody has to wait for it
        gc.collect()  # else garbage would be frozen as well
        gc.freeze()  # what is there by now stays: looking through it for garbage took a tenth of every turn

    async def load_one(self, role: str) -> Loaded:
        """Load the model of a role, if it is not there; how that went. What fails is logged."""
        began, error, unloaded = time.monotonic(), None, dict[str, str]()
        model = self.llm if role == "llm" else self._sensing[role]
        try:
            await (self.llm.start(self.opening) if role == "llm" else _ready(role, model))
            several = getattr(model, "alternatives", None)
            unloaded = {exc.model: _wrong(exc) for exc in (several.unloaded if several else ())}
        except ModelError as exc:
            error = _wrong(exc)
            _log.warning("model not loaded", role=role, model=exc.model, code=exc.code)
        return Loaded(role, self.references[role], time.monotonic() - began, error, unloaded)

    async def stop(self) -> None:
        """Stop them all at once; one that fails to stop, or takes too long, keeps no other from it."""
        if self._warming is not None:
            self._warming.cancel()
            await asyncio.gather(self._warming, return_exceptions=True)
        stops = {role: sense.stop for role, sense in self._sensing.items()} | {"llm": self.llm.stop}
        if self._pool:
            stops["decoder"] = self._pool.stop
        ends = await asyncio.gather(
            *(asyncio.wait_for(stop(), _STOPPED_WITHIN) for stop in stops.values()), return_exceptions=True
        )
        for role, end in zip(stops, ends, strict=True):
            if end is not None:
                _log.warning("model not stopped", role=role, error=type(end).__name__)

    async def _warm_decoder(self) -> None:
        """Without senses nothing has to be decoded, and no memory is spent on it."""
        if self._pool and self._sensing:
            await self._pool.warm()


def _wrong(error: ModelError) -> str:
    """What is wrong, and what to do about it."""
    return "; ".join(filter(None, (error.detail or error.code, remedy(error))))


async def _ready(role: str, sense: Any) -> None:
    await sense.load()
    if role == "tts":
        await sense.speak(*first_words(sense.card))
        return
    item = first_item(role)
    await (sense.embed(item) if role == "embeddings" else sense.perceive(item))
