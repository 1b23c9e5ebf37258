"""A poll ends, whatever the library or the connection make of its deadlines."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from telegram import Bot
from telegram.error import InvalidToken

from bot.telegram.pace import Pace
from bot.telegram.polling import Poller
from bot.telegram.refused import TokenRefused
from tests.bot.telegram.api import Api, intake
from tests.bot.telegram.conftest import Kept


class DeafApi:
    """Its first call never returns; the second is refused, which ends the polling."""

    def __init__(self) -> None:
        self.calls = 0

    async def do_api_request(self, *_: Any, **_more: Any) -> Any:
        self.calls += 1
        if self.calls == 1:
            await asyncio.Event().wait()
        raise InvalidToken


async def test_a_poll_that_never_returns_is_given_up_and_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.telegram.polling._ANSWER", 0.1)
    api = DeafApi()
    bot: Bot = api  # type: ignore[assignment]
    async with asyncio.timeout(5):
        with pytest.raises(TokenRefused):
            await Poller(bot, intake(Api(), Kept()), Pace(poll=0, first=0.0)).run()
    assert api.calls == 2
