"""Who runs a group, as Telegram tells it."""

from __future__ import annotations

import asyncio

import pytest

from bot.deciding import GroupsSilent
from bot.incoming import Incoming, Sender
from bot.telegram.administrators import Administrators
from bot.telegram.client import TelegramClient
from tests.emulator import Emulator

ASKED = "getChatAdministrators"


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def by(sender: int, group: int, topic: str = "") -> Incoming:
    return Incoming(channel="telegram", chat=f"{group}{topic}", key="1", sender=Sender(id=str(sender)), crowd=True)


async def test_owner_and_administrators_run_a_group_and_members_do_not(
    emulator: Emulator, client: TelegramClient
) -> None:
    ada, bob, group = emulator.user(), emulator.user(2, "bob"), emulator.group()
    emulator.groups.appoint(group, ada, owner=True)
    emulator.groups.appoint(group, emulator.user(3, "eve"))
    groups = Administrators(client.bot)
    assert [await groups.runs(by(who, group, ":5")) for who in (ada.id, 3, bob.id)] == [True, True, False]


async def test_an_anonymous_administrator_is_one_and_a_channel_that_speaks_there_is_not(
    emulator: Emulator, client: TelegramClient
) -> None:
    group, groups = emulator.group(), Administrators(client.bot)
    assert await groups.runs(by(group, group))
    assert emulator.count(ASKED) == 0
    assert not await groups.runs(by(-1003001, group))


async def test_what_was_told_holds_for_a_minute(emulator: Emulator, client: TelegramClient) -> None:
    ada, group, clock = emulator.user(), emulator.group(), Clock()
    groups = Administrators(client.bot, clock)
    assert not await groups.runs(by(ada.id, group))
    emulator.groups.appoint(group, ada)
    clock.now += 59
    assert not await groups.runs(by(ada.id, group))
    assert emulator.count(ASKED) == 1
    clock.now += 1
    assert await groups.runs(by(ada.id, group))


async def test_no_more_groups_are_remembered_than_a_thousand(
    emulator: Emulator, client: TelegramClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.telegram.administrators._MOST", 2)
    groups = Administrators(client.bot)
    for group in (-1, -2, -3, -1):
        await groups.runs(by(7, emulator.group(group)))
    assert emulator.count(ASKED) == 4
    await groups.runs(by(7, -3))
    assert emulator.count(ASKED) == 4


@pytest.mark.parametrize(
    "how",
    [
        {"status": 500},
        {"status": 400, "description": "Bad Request: chat not found"},
        {"retry_after": 30},
        {"drop": True},
        {"body": '{"ok": true, "result": [{"status": "creator"}]}'},
        {"delay": 60.0},
    ],
)
async def test_a_lookup_that_fails_is_said_to_and_not_made_again_for_some_seconds(
    how: dict[str, object], emulator: Emulator, client: TelegramClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.telegram.administrators._ASK", 0.5)
    ada, group = emulator.user(), emulator.group()
    emulator.groups.appoint(group, ada)
    clock = Clock()
    groups = Administrators(client.bot, clock)
    fault = emulator.fail(ASKED, count=9, **how)
    async with asyncio.timeout(10):
        with pytest.raises(GroupsSilent):
            await groups.runs(by(ada.id, group))
    emulator.faults.clear()
    assert fault.hits >= 1
    asked = emulator.count(ASKED)
    clock.now += 9
    with pytest.raises(GroupsSilent):
        await groups.runs(by(ada.id, group))
    assert emulator.count(ASKED) == asked
    clock.now += 1
    if "retry_after" not in how:
        assert await groups.runs(by(ada.id, group))
