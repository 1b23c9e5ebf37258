"""Whether we may answer for a business account, and whose it is."""

from __future__ import annotations

import pytest
import structlog
from telegram import Bot, BusinessBotRights, BusinessConnection, User
from telegram.error import BadRequest, NetworkError

from bot.incoming import Sender
from bot.telegram.business import Connections, ConnectionUnknown
from tests.bot.telegram.api import BUSINESS, Api, intake, take, update
from tests.bot.telegram.conftest import Kept
from tests.bot.telegram.messages import SENT, message


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
