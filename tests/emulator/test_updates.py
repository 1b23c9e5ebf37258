"""Updates come, wait and are confirmed as Telegram has it."""

from __future__ import annotations

import asyncio
import time

import pytest
import telegram
from telegram.error import Conflict, NetworkError

from tests.emulator import Emulator
from tests.emulator.conftest import client


async def test_get_me_names_the_bot(emulator: Emulator, bot: telegram.Bot) -> None:
    assert bot.username == emulator.username


async def test_updates_stay_until_a_higher_offset_confirms_them(emulator: Emulator, bot: telegram.Bot) -> None:
    first = await emulator.user().text("one")
    second = await emulator.user().text("two")
    for _ in range(2):
        assert [update.update_id for update in await bot.get_updates()] == [first.update_id, second.update_id]
    assert [u.update_id for u in await bot.get_updates(offset=second.update_id)] == [second.update_id]
    assert emulator.updates.unconfirmed == [second.update_id]
    assert await bot.get_updates(offset=second.update_id + 1) == ()
    assert await bot.get_updates(offset=first.update_id) == ()


async def test_limit_and_allowed_updates_are_obeyed(emulator: Emulator, bot: telegram.Bot) -> None:
    posts = [await emulator.user().text(str(n)) for n in range(3)]
    await emulator.user().edit(posts[0], "edited")
    assert len(await bot.get_updates(limit=2)) == 2
    edits = await bot.get_updates(allowed_updates=["edited_message"])
    assert [update.edited_message.text for update in edits if update.edited_message] == ["edited"]
    assert len(await bot.get_updates()) == 1, "the last allowed_updates hold"


async def test_long_poll_waits_and_returns_with_the_update(emulator: Emulator, bot: telegram.Bot) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=5))
    await asyncio.sleep(0.1)
    assert not poll.done()
    posted = await emulator.user().text("hello")
    assert [update.update_id for update in await poll] == [posted.update_id]


async def test_long_poll_without_updates_ends_at_its_timeout(bot: telegram.Bot) -> None:
    began = time.monotonic()
    assert await bot.get_updates(timeout=1) == ()
    assert 0.9 < time.monotonic() - began < 2.5


async def test_second_poller_breaks_the_first_off_with_conflict(emulator: Emulator, bot: telegram.Bot) -> None:
    async with client(emulator) as other:
        first = asyncio.create_task(bot.get_updates(timeout=5))
        await asyncio.sleep(0.1)
        second = asyncio.create_task(other.get_updates(timeout=5))
        with pytest.raises(Conflict):
            await first
        await emulator.user().text("to the second")
        assert len(await second) == 1


async def test_duplicate_delivery_comes_even_after_confirmation(emulator: Emulator, bot: telegram.Bot) -> None:
    posted = await emulator.user().text("once")
    await bot.get_updates(offset=posted.update_id + 1)
    await emulator.updates.repeat(posted.update_id)
    assert [u.update_id for u in await bot.get_updates(offset=posted.update_id + 1)] == [posted.update_id]
    assert await bot.get_updates(offset=posted.update_id + 1) == ()


async def test_state_survives_going_down_and_up_on_the_same_port(emulator: Emulator, bot: telegram.Bot) -> None:
    posted = await emulator.user().text("before")
    address = emulator.base_url
    await emulator.stop()
    with pytest.raises(NetworkError):
        await bot.get_updates()
    await emulator.start()
    assert emulator.base_url == address
    assert [update.update_id for update in await bot.get_updates()] == [posted.update_id]


async def test_a_poll_whose_client_is_gone_does_not_swallow_updates(emulator: Emulator, bot: telegram.Bot) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=20))
    await asyncio.sleep(0.1)
    poll.cancel()
    await asyncio.gather(poll, return_exceptions=True)
    posted = await emulator.user().text("still here")
    assert [update.update_id for update in await bot.get_updates(timeout=1)] == [posted.update_id]


async def test_an_update_that_ptb_would_not_read_whole_is_not_emitted(emulator: Emulator) -> None:
    with pytest.raises(AssertionError):
        await emulator.user().send({"text": "x", "colour": "red"})


async def test_what_waits_can_be_dropped(emulator: Emulator, bot: telegram.Bot) -> None:
    await emulator.user().text("unheard")
    await bot.delete_webhook(drop_pending_updates=True)
    assert await bot.get_updates() == ()


async def test_ids_begin_anew_anywhere_after_a_quiet_week(emulator: Emulator, bot: telegram.Bot) -> None:
    before = await emulator.user().text("before")
    await bot.get_updates(offset=before.update_id + 1)
    emulator.updates.jump(17)
    after = await emulator.user().text("after")
    assert after.update_id == 17
    assert [u.update_id for u in await bot.get_updates(offset=before.update_id + 1)] == [17]
    assert await bot.get_updates(offset=18) == ()
