"""What settings make of how people are dealt with, and what does not wait for its turn."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.access import Access
from bot.choices import STOP
from bot.gate import AccessGate
from bot.gathering import Gathering, Group
from bot.incoming import Pressed
from bot.orders.registry import Orders
from bot.reception import Reception
from bot.settings import Settings
from bot.stopping import Stops
from bot.texts import Texts
from bot.wiring import wire
from tests.bot.line import Shop, open_shop
from tests.bot.test_gathering import photo, waits
from tests.waiting import until

LONG = " ".join(f"word{number}" for number in range(500))


async def reception(folder: Path) -> Reception:
    settings = Settings(_env_file=None, profile="scripted", data_dir=folder)
    async with wire(settings) as house:
        return Reception.of(settings, house, {}, {"telegram": Access(everybody=True)}, Stops(), {})


async def test_albums_and_bursts_are_waited_for_as_long_as_the_settings_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = await reception(tmp_path)
    monkeypatch.setenv("PARLEY_ALBUM_WAIT", "4.5")
    monkeypatch.setenv("PARLEY_BURST_WAIT", "3.25")
    chosen = await reception(tmp_path)
    for gathering, album, burst in ((usual.gathering, 1.2, 1.5), (chosen.gathering, 4.5, 3.25)):
        assert gathering.group([waits(0, photo(), "What are these?", album="a")], 0.0) == Group((0,), album)
        assert gathering.group([waits(0, "Look at this:")], 0.0) == Group((0,), burst)
        both = waits(0, "Look at this:"), waits(burst, photo())
        assert gathering.group(both, burst).taken == (0, 1)
        late = waits(0, "Look at this:"), waits(burst + 2.1, photo())
        assert gathering.group(late, burst + 2.1).taken == (0,)


@asynccontextmanager
async def answering(*parts: Any, seconds: float = 30.0) -> AsyncIterator[tuple[Shop, Reception]]:
    """A shop whose only guest, 7, is being answered, which takes so long."""
    gate = AccessGate({"telegram": Access.of(("7",))}, Texts())
    async with open_shop([LONG, "An answer."], gate=gate) as shop:
        shop.llm.chat.seconds = seconds
        await shop.desk.accept(shop.incoming(*parts))
        await until(lambda: bool(shop.llm.prompts), 10)
        yield shop, Reception(shop.turns, Orders([], Texts()), gate, shop.stops, Gathering(), shop.preferences, ())


async def press(shop: Shop, front: Reception, **more: Any) -> None:
    """As a door does: what is urgent is heeded, and then kept like everything."""
    pressed = shop.incoming(act=Pressed(what=STOP, message="m0"), message=None, **more)
    await front.heed_at_once(pressed)
    await shop.desk.accept(pressed)


async def test_the_stop_button_ends_the_answer_under_way_and_the_next_turn_is_answered() -> None:
    async with answering("Tell me a long story.") as (shop, front):
        await press(shop, front)
        await shop.desk.idle()
        (turn,) = await shop.conversations.latest("telegram", "7", limit=9)
        assert turn.reply is not None
        assert turn.reply.stopped
        assert len(turn.reply.text) < len(LONG) / 2
        assert shop.texts == [turn.reply.text]
        shop.llm.chat.seconds = 0.0
        await shop.say("Hello!")
        assert shop.texts[1:] == ["An answer."]


async def test_nobody_stops_an_answer_of_another_chat_or_without_being_let_in() -> None:
    async with answering("Tell me a long story.", seconds=0.5) as (shop, front):
        await press(shop, front, sender="8")
        await press(shop, front, chat="-100", crowd=True)
        await shop.desk.idle()
        (turn,) = await shop.conversations.latest("telegram", "7", limit=9)
        assert turn.reply is not None
        assert (turn.reply.stopped, turn.reply.text) == (False, LONG)
