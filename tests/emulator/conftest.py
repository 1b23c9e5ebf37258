"""Fixtures of the emulator's own tests: python-telegram-bot's client beside it."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator

import pytest
import telegram
from telegram.request import HTTPXRequest

from tests.emulator import Emulator

# reading the system's certificates takes longer than most of these tests
_QUICK = {"trust_env": False, "verify": ssl.create_default_context()}


@pytest.fixture(autouse=True)
def _durations(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")


@pytest.fixture
async def emulator() -> AsyncIterator[Emulator]:
    async with Emulator() as running:
        yield running


@pytest.fixture
async def bot(emulator: Emulator) -> AsyncIterator[telegram.Bot]:
    async with client(emulator) as bot:
        yield bot


def client(emulator: Emulator, token: str | None = None) -> telegram.Bot:
    return telegram.Bot(
        token or emulator.token,
        base_url=f"{emulator.base_url}/bot",
        base_file_url=f"{emulator.base_url}/file/bot",
        request=HTTPXRequest(httpx_kwargs=_QUICK),
        get_updates_request=HTTPXRequest(httpx_kwargs=_QUICK),
    )
