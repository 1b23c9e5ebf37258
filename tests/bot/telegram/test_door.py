"""Nothing that arrives is lost, whatever happens to the bot, its disk or the network."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Sequence

import pytest
import structlog
from pydantic import SecretStr

from agents.errors import ParleyError
from bot.incoming import Incoming
from bot.telegram.client import TelegramClient
from bot.telegram.door import TelegramDoor, TokenRefused
from bot.telegram.updates import WANTED
from tests.bot.telegram.conftest import MAX_BYTES, PACE, Kept, opened, said
from tests.bot.telegram.menus import MENU
from tests.emulator import Emulator


async def test_updates_reach_accept_in_order_and_are_then_confirmed(emulator: Emulator, client: TelegramClient) -> None:
    kept = Kept()
    early = [await emulator.user().text(f"early {n}") for n in range(3)]
    async with opened(client, kept):
        await kept.reach(3)
        last = await emulator.user().text("late")
        assert said(await kept.reach(4)) == ["early 0", "early 1", "early 2", "late"]
        await emulator.updates.confirmed(last.update_id)
    assert [incoming.message for incoming in kept.items] == [str(post.message_id) for post in (*early, last)]


async def test_nothing_is_confirmed_before_accept_returned(emulator: Emulator, client: TelegramClient) -> None:
    entered, release = asyncio.Event(), asyncio.Event()

    async def accept(said: Sequence[Incoming]) -> list[bool]:
        entered.set()
        await release.wait()
        return [True for _ in said]

    posted = await emulator.user().text("precious")
    async with opened(client, accept):
        await entered.wait()
        await asyncio.sleep(0.3)
        assert emulator.updates.confirmed_below <= posted.update_id
        assert emulator.updates.unconfirmed == [posted.update_id]
        release.set()
        await emulator.updates.confirmed(posted.update_id)


async def test_a_door_that_dies_while_accepting_gets_everything_again(
    emulator: Emulator, client: TelegramClient
) -> None:
    first, entered = Kept(), asyncio.Event()

    async def dies_at_the_third(said: Sequence[Incoming]) -> list[bool]:
        if len(first.items) == 2:
            entered.set()
            await asyncio.Event().wait()
        return await first(said)

    posts = [await emulator.user(2000 + n, f"user{n}").text(str(n)) for n in range(5)]
    async with opened(client, dies_at_the_third):
        await entered.wait()
    assert emulator.updates.unconfirmed == [post.update_id for post in posts]
    second = Kept()
    async with opened(client, second):
        assert sorted(said(await second.reach(5))) == ["0", "1", "2", "3", "4"]
        await emulator.updates.confirmed(posts[-1].update_id)
    assert {incoming.key for incoming in first.items} < {incoming.key for incoming in second.items}


@pytest.mark.parametrize("trouble", [ParleyError("disk full"), OSError(28, "No space left on device")])
async def test_accept_that_fails_is_asked_again_until_it_recovers(
    emulator: Emulator, client: TelegramClient, trouble: Exception
) -> None:
    kept, tries, failed = Kept(), list[int](), asyncio.Event()

    async def accept(said: Sequence[Incoming]) -> list[bool]:
        tries.append(len(said))
        if len(tries) <= 3:
            failed.set()
            raise trouble
        return await kept(said)

    posted = [await emulator.user().text(text) for text in ("one", "two")]
    async with opened(client, accept):
        await failed.wait()
        assert emulator.updates.unconfirmed == [post.update_id for post in posted]
        assert said(await kept.reach(2)) == ["one", "two"], "the second does not overtake the first"
        await emulator.updates.confirmed(posted[-1].update_id)


async def test_chats_are_accepted_side_by_side(emulator: Emulator, client: TelegramClient) -> None:
    inside = set[str]()
    together = asyncio.Event()

    async def accept(said: Sequence[Incoming]) -> list[bool]:
        inside.add(said[0].chat)
        if len(inside) == 20:
            together.set()
        await together.wait()
        return [True for _ in said]

    for number in range(20):
        await emulator.user(2000 + number, f"user{number}").text("hello")
    async with opened(client, accept):
        await asyncio.wait_for(together.wait(), 5)


async def test_duplicates_arrive_under_the_same_key(emulator: Emulator, client: TelegramClient) -> None:
    kept = Kept()
    async with opened(client, kept):
        posted = await emulator.user().text("once")
        await kept.reach(1)
        await emulator.updates.repeat(posted.update_id)
        first, second = await kept.reach(2)
    assert first == second


async def test_update_ids_that_begin_anew_are_taken(emulator: Emulator, client: TelegramClient) -> None:
    kept = Kept()
    async with opened(client, kept):
        posted = await emulator.user().text("high")
        await kept.reach(1)
        await emulator.updates.confirmed(posted.update_id)
        await asyncio.sleep(PACE.poll + 0.2)  # a poll that confirms and brings nothing
        await emulator.updates.emit({"message": {**posted.message, "message_id": 99, "text": "low"}}, update_id=5)
        assert said(await kept.reach(2)) == ["high", "low"]


async def test_an_update_that_cannot_be_decoded_does_not_block_the_next(
    emulator: Emulator, client: TelegramClient
) -> None:
    kept = Kept()
    async with opened(client, kept):
        await emulator.updates.emit_raw({"update_id": 700_000_001, "message": {"chat": "nonsense"}})
        posted = await emulator.user().text("after it")
        assert said(await kept.reach(1)) == ["after it"]
        await emulator.updates.confirmed(posted.update_id)


async def test_what_is_not_for_us_is_confirmed_and_not_accepted(emulator: Emulator, client: TelegramClient) -> None:
    kept = Kept()
    async with opened(client, kept):
        group = emulator.group()
        ignored = await emulator.user().text("to the others", chat=group)
        await emulator.updates.confirmed(ignored.update_id)
        await emulator.user().text("@parley_test_bot hello", chat=group)
        (incoming,) = await kept.reach(1)
    assert (incoming.chat, said([incoming])) == (str(group), ["hello"])


@pytest.mark.parametrize(
    "how",
    [
        {"status": 502, "count": 3},
        {"drop": True, "count": 3},
        {"retry_after": 1},
        {"status": 409, "count": 2},
        {"body": "<html>please sign in</html>"},
        {"body": "{}"},
        {"body": "null"},
    ],
)
async def test_polling_goes_on_after_trouble(
    emulator: Emulator, client: TelegramClient, how: dict[str, object]
) -> None:
    kept = Kept()
    emulator.fail("getUpdates", **how)
    await emulator.user().text("through it")
    async with opened(client, kept):
        assert said(await kept.reach(1)) == ["through it"]


async def test_retry_after_of_a_poll_is_obeyed(emulator: Emulator, client: TelegramClient) -> None:
    kept = Kept()
    emulator.fail("getUpdates", retry_after=1)
    await emulator.user().text("later")
    began = time.monotonic()
    async with opened(client, kept):
        await kept.reach(1)
    assert time.monotonic() - began >= 1


async def test_a_poll_that_never_answers_is_given_up_and_repeated(
    emulator: Emulator, client: TelegramClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.telegram.polling._ANSWER", 0.3 - PACE.poll)
    kept = Kept()
    emulator.fail("getUpdates", delay=30)
    await emulator.user().text("behind it")
    async with opened(client, kept):
        assert said(await kept.reach(1)) == ["behind it"]


async def test_a_second_poller_is_named_in_the_log(emulator: Emulator, client: TelegramClient) -> None:
    emulator.fail("getUpdates", status=409)
    with structlog.testing.capture_logs() as logged:
        async with opened(client, Kept()):
            await emulator.called("getUpdates", 1)
            await emulator.user().text("ends the next poll")
            await emulator.called("getUpdates", 2)
    (event,) = [entry for entry in logged if entry["log_level"] == "error"]
    assert "another program takes updates with this bot's token" in event["event"]


async def test_telegram_down_and_up_again_loses_nothing(emulator: Emulator, client: TelegramClient) -> None:
    kept = Kept()
    async with opened(client, kept):
        await emulator.stop()
        await emulator.user().text("sent meanwhile")
        await asyncio.sleep(0.3)
        await emulator.start()
        assert said(await kept.reach(1)) == ["sent meanwhile"]


async def test_starting_without_a_network_connects_as_soon_as_there_is_one(
    emulator: Emulator, client: TelegramClient
) -> None:
    kept = Kept()
    await emulator.stop()
    async with opened(client, kept):
        await asyncio.sleep(0.2)
        await emulator.start()
        await emulator.user().text("at last")
        assert said(await kept.reach(1)) == ["at last"]


async def test_a_refused_token_is_named_by_its_setting_and_not_shown(emulator: Emulator) -> None:
    client = TelegramClient(SecretStr("1:wrong-token"), emulator.base_url)
    door = TelegramDoor(client, Kept(), MENU, max_bytes=MAX_BYTES, pace=PACE)
    with pytest.raises(TokenRefused, match="TELEGRAM_BOT_TOKEN") as refused:
        await door.start()
    assert "wrong-token" not in str(refused.value)
    assert refused.value.__suppress_context__
    await door.stop()
    await client.close()


async def test_a_token_revoked_while_polling_ends_the_wait(emulator: Emulator, client: TelegramClient) -> None:
    async with opened(client, Kept()) as door:
        waiting = asyncio.create_task(door.wait())
        emulator.fail("getUpdates", status=401, count=9)
        await emulator.user().text("ends the poll under way")
        with pytest.raises(TokenRefused):
            await asyncio.wait_for(waiting, 5)


async def test_a_defect_in_accept_ends_the_wait_and_loses_nothing(emulator: Emulator, client: TelegramClient) -> None:
    async def accept(said: Sequence[Incoming]) -> list[bool]:
        raise ZeroDivisionError

    posted = await emulator.user().text("still there")
    async with opened(client, accept) as door:
        with pytest.raises(ExceptionGroup) as group:
            await asyncio.wait_for(door.wait(), 5)
    assert group.group_contains(ZeroDivisionError)
    assert emulator.updates.unconfirmed == [posted.update_id]


async def test_stop_is_prompt_in_a_poll_in_trouble_and_in_accept(emulator: Emulator, client: TelegramClient) -> None:
    async def never(said: Sequence[Incoming]) -> list[bool]:
        await asyncio.Event().wait()
        return []

    for prepare in (lambda: None, lambda: emulator.fail("getUpdates", retry_after=60)):
        prepare()
        async with opened(client, never) as door:
            await asyncio.sleep(0.2)
            began = time.monotonic()
            await door.stop()
            await door.wait()
            assert time.monotonic() - began < 1
    await emulator.user().text("blocks")
    emulator.faults.clear()
    async with opened(client, never) as door:
        await asyncio.sleep(0.2)
        began = time.monotonic()
    assert time.monotonic() - began < 1


async def test_what_is_asked_for_is_what_is_read(emulator: Emulator, client: TelegramClient) -> None:
    async with opened(client, Kept()):
        await emulator.user().text("ends the first poll")
        await emulator.called("getUpdates", 2)
    polls = [call.fields for call in emulator.calls if call.method == "getUpdates"]
    assert all(json.loads(poll["allowed_updates"]) == list(WANTED) for poll in polls)
    assert {"message_reaction", "business_message", "callback_query"} < set(WANTED)


async def test_a_webhook_that_was_set_before_is_taken_down(emulator: Emulator, client: TelegramClient) -> None:
    kept = Kept()
    await client.bot.set_webhook("https://elsewhere.example/hook")
    async with opened(client, kept):
        await emulator.user().text("hello")
        assert said(await kept.reach(1)) == ["hello"]
