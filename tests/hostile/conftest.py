"""The decoding children that a module of tests shares."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from agents.decoding.pool import DecodingPool
from agents.limits import Limits


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pool() -> AsyncIterator[DecodingPool]:
    decoders = DecodingPool(Limits())
    yield decoders
    await decoders.stop()
