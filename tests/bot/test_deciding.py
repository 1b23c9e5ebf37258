"""What holds for everybody in a group is changed by those who run it, and seen by all."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bot.deciding import Deciding, GroupsSilent
from bot.incoming import Incoming, Pressed
from bot.texts import Texts
from tests.bot.line import Shop, open_shop

CHIEF, OPERATOR, MEMBER = "1", "2", "3"
GROUP = {"chat": "-100:5", "crowd": True}
ORDERS = [("reset", ""), ("language", "zh")]


class Run:
    """Fills ``bot.deciding.Groups``: groups that one person runs."""

    silent = False

    async def runs(self, said: Incoming) -> bool:
        if self.silent:
            raise GroupsSilent("scripted")
        return said.sender.id == CHIEF


@asynccontextmanager
async def opened(groups: Run) -> AsyncIterator[Shop]:
    deciding = Deciding(Texts(), lambda said: said.sender.id == OPERATOR, {"telegram": groups})
    async with open_shop(deciding=deciding) as shop:
        yield shop


async def state(shop: Shop) -> tuple[int, dict[str, str]]:
    """Which conversation the group is in, and what it has chosen."""
    chosen = await shop.preferences.of("telegram", "-100:5")
    return await shop.conversations.open("telegram", "-100:5"), dict(chosen)


@pytest.mark.parametrize(("name", "arguments"), ORDERS)
@pytest.mark.parametrize("who", [CHIEF, OPERATOR])
async def test_who_runs_the_group_or_the_house_may(name: str, arguments: str, who: str) -> None:
    async with opened(Run()) as shop:
        before = await state(shop)
        await shop.say(command=name, arguments=arguments, sender=who, **GROUP)
        assert await state(shop) != before


@pytest.mark.parametrize(("name", "arguments"), ORDERS)
async def test_anybody_else_is_told_why_not(name: str, arguments: str) -> None:
    async with opened(Run()) as shop:
        before = await state(shop)
        await shop.say(command=name, arguments=arguments, sender=MEMBER, **GROUP)
        await shop.say(command=name, arguments=arguments, sender=MEMBER, locale="zh", **GROUP)
        assert await state(shop) == before
        assert ["administrators" in shop.texts[0], "群管理员" in shop.texts[1]] == [True, True]


async def test_a_button_in_a_group_is_the_administrators_and_says_so_once() -> None:
    pressed = {"act": Pressed(what="set:transcripts:never", message="m0"), "message": None, **GROUP}
    async with opened(Run()) as shop:
        await shop.say(command="settings", sender=MEMBER, **GROUP)
        assert "Its administrators" in shop.texts[0]
        shown = shop.texts[0]
        for _ in range(3):
            await shop.say(sender=MEMBER, **pressed)
        assert (shop.texts[0], len(shop.texts)) == (shown, 2)
        await shop.say(sender=CHIEF, **pressed)
        assert "Not shown" in shop.texts[0]
        assert (await state(shop))[1] == {"transcripts": "never"}


@pytest.mark.parametrize("name", ["settings", "language", "transcript", "help", "stop"])
async def test_everybody_may_look(name: str) -> None:
    async with opened(Run()) as shop:
        await shop.say(command=name, sender=MEMBER, **GROUP)
        assert "only administrators" not in shop.texts[0]


async def test_nothing_is_changed_while_nobody_tells_who_runs_the_group() -> None:
    groups = Run()
    groups.silent = True
    async with opened(groups) as shop:
        before = await state(shop)
        await shop.say(command="reset", sender=CHIEF, **GROUP)
        assert "try again" in shop.texts[0]
        assert await state(shop) == before
        await shop.say(command="reset", sender=OPERATOR, **GROUP)
        assert await state(shop) != before


async def test_a_chat_of_ones_own_is_ones_own() -> None:
    async with opened(Run()) as shop:
        await shop.say(command="language", arguments="zh", sender=MEMBER, chat=MEMBER)
        assert await shop.preferences.of("telegram", MEMBER) == {"language": "zh"}
