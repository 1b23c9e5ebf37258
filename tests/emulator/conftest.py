"""Fixtures of the emulator's own tests."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.emulator import Emulator


@pytest.fixture
async def emulator() -> AsyncIterator[Emulator]:
    async with Emulator() as running:
        yield running
