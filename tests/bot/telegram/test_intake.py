"""From what Telegram sends to what is kept, whichever way it comes."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
import structlog
from telegram.error import NetworkError

from agents.errors import ParleyError
from bot.inbox import Desk
from bot.incoming import Incoming, Pressed
from storage.memory.inbox import MemoryInbox
from tests.bot.telegram.api import Api, command, intake, press, take, update
from tests.bot.telegram.conftest import Kept
from tests.bot.telegram.messages import GROUP, PRIVATE, edited, message


async def test_updates_are_read_by_chat_in_order() -> None:
    other = {**PRIVATE, "id": 1002}
    updates = [
        update("message", {**message(chat, text="x"), "message_id": number})
        for number, chat in enumerate([PRIVATE, other, PRIVATE, GROUP], start=1)
    ]
    read = await intake(Api(), Kept()).read(updates)
    assert [[(said.chat, said.message) for said in chat] for chat in read] == [
        [("1001", "1"), ("1001", "3")],
        [("1002", "2")],
    ]


@pytest.mark.parametrize("raw", [None, 7, "x", [], {}, {"update_id": "x"}, {"update_id": 7, "message": {"chat": 1}}])
async def test_what_cannot_be_decoded_is_stepped_over_and_named(raw: Any) -> None:
    with structlog.testing.capture_logs() as logged:
        read = await intake(Api(), Kept()).read([raw, update("message", message(text="after it"))])
    assert [said.message for chat in read for said in chat] == ["5"]
    assert {entry["event"] for entry in logged} <= {"update not decodable", "update not for us"}


async def test_a_message_is_accepted_once_though_it_comes_again_under_another_number_and_after_a_restart() -> None:
    async def unused(*_: object) -> None:
        raise AssertionError

    inbox, new = MemoryInbox(), []
    for number in (77, 77, 5):
        (said,) = await intake(Api(), Kept()).read([update("message", message(text="hello"), number)])
        new += await Desk(inbox, unused, unused, unused).accept_all(said)
    assert new == [True, False, False]


async def test_an_edit_that_changes_nothing_is_left_alone() -> None:
    kept = Kept()
    taking = intake(Api(), kept)
    same = update("edited_message", edited(text="hello"))
    await take(taking, update("message", message(text="hello")))
    await take(taking, same)
    await take(taking, update("edited_message", edited(text="hello!", after=70)))
    await take(taking, update("edited_message", edited(text="hello!", after=80), 78))
    assert [said.parts[0].text for said in kept.items if hasattr(said.parts[0], "text")] == ["hello", "hello!"]


async def test_an_edit_that_was_not_kept_counts_when_it_comes_again() -> None:
    taking = intake(Api(), Kept())
    await take(taking, update("message", message(text="hello")))
    raw = update("edited_message", edited(text="hello!"))
    assert await taking.read([raw]) == await taking.read([raw]) != []


async def test_presses_are_acknowledged_once_they_are_kept() -> None:
    api, kept = Api(), Kept()
    taking = intake(api, kept)
    (said,) = await taking.read([press("good:1")])
    await asyncio.sleep(0)
    assert api.answered == []
    await taking.keep(said)
    await asyncio.sleep(0)
    assert (api.answered, kept.items[0].act) == (["4001"], Pressed(what="good:1", message="4"))


async def test_presses_that_are_not_for_us_are_acknowledged_too_and_trouble_with_that_is_none() -> None:
    api = Api(NetworkError("x"))
    raw = press("x")
    del raw["callback_query"]["message"]
    assert (
        await intake(api, Kept()).read([{**raw, "callback_query": {**raw["callback_query"], "inline_message_id": "7"}}])
        == []
    )
    await asyncio.sleep(0)
    assert api.answered == ["4001"]


async def test_acknowledging_is_bounded_and_ends_with_the_intake() -> None:
    class Stuck(Api):
        async def answer_callback_query(self, id: str) -> bool:
            self.answered.append(id)
            await asyncio.Event().wait()
            return True

    api = Stuck()
    taking = intake(api, Kept())
    await take(taking, *(press("x", str(number)) for number in range(150)))
    await asyncio.sleep(0)
    assert len(api.answered) == 100
    taking.close()
    await asyncio.sleep(0.01)
    assert [task for task in asyncio.all_tasks() if task.get_name() == "telegram-press"] == []


async def test_what_asks_to_stop_is_told_at_once_and_only_when_it_is_new() -> None:
    told: list[Incoming] = []

    async def urgent(said: Incoming) -> None:
        told.append(said)

    taking = intake(Api(), Kept(), urgent=urgent)
    stops = [update("message", command("/stop")), press("stop"), press("stop:12", "4002")]
    await take(taking, *stops, update("message", {**command("/start"), "message_id": 6}), press("good:1", "4003"))
    await take(taking, *stops)
    assert [said.command or getattr(said.act, "what", None) for said in told] == ["stop", "stop", "stop:12"]


async def test_trouble_with_what_is_told_at_once_keeps_nothing_from_being_kept() -> None:
    async def urgent(said: Incoming) -> None:
        raise ParleyError("storage")

    kept = Kept()
    with structlog.testing.capture_logs() as logged:
        await take(intake(Api(), kept, urgent=urgent), update("message", command("/stop")))
    assert (len(kept.items), [entry["log_level"] for entry in logged]) == (1, ["warning"])
