"""From what Telegram sends to what is kept, whichever way it comes."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
import structlog
from hypothesis import given, settings
from hypothesis import strategies as st
from telegram import Bot, BusinessBotRights, BusinessConnection, User
from telegram.error import BadRequest, NetworkError

from agents.errors import ParleyError
from bot.inbox import Desk
from bot.incoming import Incoming, Pressed, Sender
from bot.telegram.business import Connections, ConnectionUnknown
from bot.telegram.intake import Intake
from bot.telegram.parse import Parser
from storage.memory.inbox import MemoryInbox
from tests.bot.telegram.conftest import Kept
from tests.bot.telegram.messages import (
    ADA,
    GROUP,
    LIMIT,
    ME,
    MENTION,
    NAME,
    PHOTO,
    PRIVATE,
    SENT,
    VIDEO,
    VOICE,
    edited,
    entity,
    message,
    own,
)

OWNER = {"id": 4004, "is_bot": False, "first_name": "Owner"}


class Api:
    """What an intake asks of Telegram. ``trouble`` comes before each answer."""

    def __init__(self, *trouble: Exception, rights: dict[str, Any] | None = None, enabled: bool = True) -> None:
        self.trouble = list(trouble)
        self.rights = {"can_reply": True} if rights is None else rights
        self.enabled = enabled
        self.asked: list[str] = []
        self.answered: list[str] = []

    async def get_business_connection(self, id: str) -> BusinessConnection:
        self.asked.append(id)
        if self.trouble:
            raise self.trouble.pop(0)
        return BusinessConnection.de_json(self.connection(id), None)

    async def answer_callback_query(self, id: str) -> bool:
        self.answered.append(id)
        if self.trouble:
            raise self.trouble.pop(0)
        return True

    def connection(self, id: str) -> dict[str, Any]:
        content = {"id": id, "user": OWNER, "user_chat_id": 4004, "date": SENT, "is_enabled": self.enabled}
        return {**content, "rights": self.rights}


def intake(api: Api, kept: Kept, **more: Any) -> Intake:
    bot: Bot = api  # type: ignore[assignment]
    return Intake(bot, Parser(ME, LIMIT, frozenset({"start", "stop"})), kept, **more)


def update(kind: str, content: dict[str, Any], number: int = 77) -> dict[str, Any]:
    return {"update_id": number, kind: content}


def press(data: str, id: str = "4001") -> dict[str, Any]:
    query = {"id": id, "from": ADA, "chat_instance": "1", "data": data, "message": own(PRIVATE, text="x")}
    return update("callback_query", query)


async def take(taking: Intake, *updates: dict[str, Any]) -> None:
    for said in await taking.read(updates):
        await taking.keep(said)


BUSINESS = update("business_message", message(text="hello", business_connection_id="b1"))


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


def command(text: str, **more: Any) -> dict[str, Any]:
    return message(text=text, entities=[entity("bot_command", text)], **more)


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


async def test_the_owner_of_a_business_account_is_asked_for_once() -> None:
    api, kept = Api(), Kept()
    taking = intake(api, kept)
    await take(taking, BUSINESS)
    await take(taking, BUSINESS)
    assert api.asked == ["b1"]
    assert {said.host for said in kept.items} == {Sender(id="4004", name="Owner")}


async def test_a_connection_that_telegram_tells_of_need_not_be_asked_for() -> None:
    api, kept = Api(), Kept()
    taking = intake(api, kept)
    await take(taking, update("business_connection", api.connection("b1")), BUSINESS)
    assert (api.asked, len(kept.items)) == ([], 1)
    api.enabled = False
    with structlog.testing.capture_logs() as logged:
        await take(taking, update("business_connection", api.connection("b1")), BUSINESS, BUSINESS)
    assert len(kept.items) == 1
    assert sum("no right to reply" in entry["event"] for entry in logged) == 1


@pytest.mark.parametrize(
    "api", [Api(rights={}), Api(rights={"can_reply": False}), Api(enabled=False), Api(BadRequest("invalid"))]
)
async def test_without_the_right_to_reply_a_business_chat_is_left_alone(api: Api) -> None:
    kept = Kept()
    taking = intake(api, kept)
    await take(taking, BUSINESS)
    await take(taking, BUSINESS)
    assert (kept.items, api.asked) == ([], ["b1"])


async def test_while_telegram_does_not_tell_whose_account_it_is_nothing_is_lost() -> None:
    api, kept = Api(*[NetworkError("x")] * 2), Kept()
    taking = intake(api, kept)
    for _ in range(2):
        with pytest.raises(ConnectionUnknown):
            await taking.read([BUSINESS])
    await take(taking, BUSINESS)
    assert len(kept.items) == 1


async def test_an_account_that_telegram_never_tells_of_does_not_hold_up_the_others_for_good() -> None:
    api, kept = Api(*[NetworkError("x")] * 20), Kept()
    taking = intake(api, kept)
    updates = [BUSINESS, update("message", message(text="hello"))]
    tries = 1
    while True:
        try:
            await take(taking, *updates)
        except ConnectionUnknown:
            tries += 1
        else:
            break
    assert (tries, [said.chat for said in kept.items]) == (8, ["1001"])


async def test_connections_are_remembered_within_bounds() -> None:
    api = Api()
    bot: Bot = api  # type: ignore[assignment]
    connections = Connections(bot)
    for number in range(1100):
        connections.note(BusinessConnection(str(number), User(1, "x", False), 1, SENT, True, BusinessBotRights(True)))  # type: ignore[arg-type]
    await connections.host("1099")
    assert api.asked == []
    await connections.host("7")
    assert api.asked == ["7"]


def _updates() -> Iterator[dict[str, Any]]:
    forum = {**GROUP, "is_forum": True}
    quoting = message(
        forum, text=f"{NAME} x", entities=[MENTION], reply_to_message=own(photo=PHOTO), is_topic_message=True
    )
    origin = {"type": "user", "date": 1, "sender_user": ADA}
    sticker = {**PHOTO[0], "type": "regular", "is_animated": False, "is_video": True, "emoji": "🙂"}
    yield update("message", {**quoting, "message_thread_id": 3, "quote": {"text": "x", "position": 0}})
    yield update("message", message(photo=PHOTO, caption="x", media_group_id="1", forward_origin=origin))
    yield update("message", message(voice=VOICE, external_reply={"origin": origin, "video": VIDEO}))
    yield update("message", message(document={**VOICE, "file_name": "a.txt", "mime_type": "text/plain"}))
    yield update("message", message(sticker=sticker))
    yield update("message", command("/start"))
    yield update("message", message(GROUP, migrate_to_chat_id=-5))
    yield update("edited_message", edited(video=VIDEO, caption="x"))
    yield BUSINESS
    yield update("business_connection", Api().connection("b1"))
    yield press("good:1")
    reaction = {"chat": GROUP, "message_id": 4, "date": SENT, "old_reaction": [], "user": ADA}
    yield update("message_reaction", {**reaction, "new_reaction": [{"type": "emoji", "emoji": "👍"}]})
    member = {"user": ME.to_dict(), "status": "member"}
    changed = {"chat": PRIVATE, "from": ADA, "date": SENT, "old_chat_member": member, "new_chat_member": member}
    yield update("my_chat_member", changed)


_VALID = list(_updates())
_ODD = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    keys = value.keys() if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield value, key
        yield from _places(value[key])


def test_every_update_that_is_varied_below_is_taken_as_it_is() -> None:
    with structlog.testing.capture_logs() as logged:
        asyncio.run(intake(Api(), Kept()).read(deepcopy(_VALID)))
    assert [entry.get("kind") or entry["status"] for entry in logged] == ["business_connection", "member"]


def test_no_update_whatever_is_in_it_breaks_the_reading() -> None:
    with asyncio.Runner() as runner, structlog.testing.capture_logs():

        @settings(max_examples=200, deadline=None)  # a busy machine is no fault
        @given(
            base=st.sampled_from(_VALID),
            changes=st.lists(st.tuples(st.integers(0, 10**6), _ODD), min_size=1, max_size=3),
        )
        def holds(base: dict[str, Any], changes: list[tuple[int, Any]]) -> None:
            raw = deepcopy(base)
            for number, odd in changes:
                places = list(_places(raw))
                holder, key = places[number % len(places)]
                holder[key] = odd
            for chat in runner.run(intake(Api(), Kept()).read([raw])):
                assert [Incoming.of(said.model_dump_json()) for said in chat] == chat

        holds()
