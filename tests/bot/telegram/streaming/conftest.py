"""A channel whose time runs fifty times as fast."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from bot.telegram.client import TelegramClient
from bot.telegram.pacing import Limits
from tests.bot.telegram.streaming.helping import Previewed
from tests.emulator import Emulator


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything at a fiftieth of its time, which the figures in the calls below are relations of."""
    monkeypatch.setattr("bot.telegram.streaming._AT_FIRST", 0.04)
    monkeypatch.setattr("bot.telegram.streaming._LOOK", 0.01)
    monkeypatch.setattr("bot.telegram.streaming._SHARE", 1.0)
    monkeypatch.setattr("bot.telegram.showing.Drafts.every", 0.02)
    monkeypatch.setattr("bot.telegram.showing.Drafts.lasts", 0.4)
    monkeypatch.setattr("bot.telegram.channel._EVERY_IN_GROUPS", 0.06)
    monkeypatch.setattr("bot.telegram.channel._EVERY", 0.03)


@pytest.fixture
async def client(emulator: Emulator) -> AsyncIterator[TelegramClient]:
    """One that is not held back, as time runs faster here."""
    client = TelegramClient(SecretStr(emulator.token), emulator.base_url, limits=Limits.at(0))
    yield client
    await client.close()


@pytest.fixture
def previewed(emulator: Emulator) -> Previewed:
    return Previewed(emulator)
