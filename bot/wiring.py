"""The composition root: settings become the house that the doors stand in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass

from agents.assistant import Assistant
from agents.ports import Wording
from bot.conversing import Conversing
from bot.models import Models, limits_of
from bot.settings import Settings
from bot.texts import Texts
from storage.assembly import Storage, open_storage

__all__ = ["House", "memory", "wire"]


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
    """Build the house from settings, and take it down.

    Raises ReferenceInvalid, ProfileUnknown, ProfilesInvalid, PlanImpossible, StorageError.
    """
    wording = Texts()
    models = Models(settings)
    limits = limits_of(settings)
    async with memory(settings) as kept:
        try:
            assistant = Assistant(models.senses, models.llm, wording, limits, models.decoder)
            models.opening = assistant.opening()
            yield House(kept, wording, Conversing(assistant, kept.conversations), models)
        finally:
            await models.stop()
