"""A small model that serves, started once for all tests of a module, which do it no harm."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from agents.models.llamacpp.llm import LlamaCpp
from tests.agents.models.llamacpp.models import small


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def model() -> AsyncIterator[LlamaCpp]:
    model = small()
    await model.start()
    yield model
    await model.stop()
