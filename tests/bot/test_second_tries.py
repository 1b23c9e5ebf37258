"""Turns whose first try came to nothing: the second says what the first would have said, and does nothing twice."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from bot.allowances import Allowance
from bot.channel import DeliveryFailed
from bot.fetching import Fetching
from bot.inbox import Desk
from bot.incoming import Incoming, Pressed
from bot.patience import RowFailed
from bot.said import Said
from storage.errors import StorageBroken
from storage.memory import MemoryConversations, MemoryInbox
from storage.ports import Arrival, InboxRow
from tests.bot.line import Line, open_shop, photo
from tests.bot.test_gatekeeper import House
from tests.pictures import sign


class Faltering(Line):
    """Does not deliver the next ``refusals`` pieces."""

    refusals = 0

    async def send(self, to: Incoming, piece: Said, instead: str | None = None) -> str:
        if self.refusals:
            self.refusals -= 1
            raise DeliveryFailed("away", retryable=True)
        return await super().send(to, piece, instead)


@pytest.fixture
def faltering(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.bot.line.Line", Faltering)


class Silent(Faltering):
    """Takes the next pieces it refuses all the same."""

    async def send(self, to: Incoming, piece: Said, instead: str | None = None) -> str:
        refused, self.refusals = self.refusals, 0
        message = await super().send(to, piece, instead)
        if refused:
            raise DeliveryFailed("the line broke", retryable=True, doubtful=True)
        return message


async def test_an_answer_that_was_taken_without_a_word_is_not_sent_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.bot.line.Line", Silent)
    async with open_shop(["Tall.", "Lower."]) as shop:
        shop.line.refusals = 1  # type: ignore[attr-defined]
        await shop.say("How tall is Everest?")
        await shop.say("How tall is Mont Blanc?")
        assert [sent.text for sent in shop.line.sent] == ["Tall.", "Lower."]
        assert [row async for row in shop.inbox.unfinished()] == []


@pytest.mark.usefixtures("faltering")
async def test_an_edit_whose_answer_was_not_delivered_is_delivered_in_the_place_of_the_old_one() -> None:
    async with open_shop(["Tall.", "Lower.", "None."]) as shop:
        await shop.say("How tall is Everest?", message="u1")
        shop.line.refusals = 1  # type: ignore[attr-defined]
        await shop.say("How tall is Mont Blanc?", message="u1", edited=True)
        (sent,) = shop.line.sent
        assert (sent.text, sent.edits) == ("Lower.", 1)


async def test_an_edit_that_is_never_answered_leaves_the_old_answer_in_the_conversation(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answer = MemoryConversations.answer

    async def failing(self: MemoryConversations, turn: int, answered: Any) -> None:
        if turn == 2:
            raise StorageBroken("it is broken")
        await answer(self, turn, answered)

    async with open_shop(["Tall.", "Lower.", "Fine."]) as shop:
        await shop.say("How tall is Everest?", message="u1")
        monkeypatch.setattr(MemoryConversations, "answer", failing)
        await shop.say("How tall is Mont Blanc?", message="u1", edited=True)
        await shop.say("Thanks.")
        assert "Tall." in "\n".join(str(message.content) for message in shop.llm.chat.prompts[-1])


@pytest.mark.usefixtures("faltering")
async def test_a_refusal_that_was_not_delivered_is_said_again_and_not_forgotten() -> None:
    house = House("open", person=Allowance(photos=1))
    async with open_shop(gate=house.gate, files={"photo": sign("A")}) as shop:
        await shop.say(photo(), "What is it?")
        shop.line.refusals = 2  # type: ignore[attr-defined]
        await shop.say(photo(), "And this?")
        assert "as many photos" in shop.texts[1]


@pytest.mark.usefixtures("faltering")
async def test_a_command_is_obeyed_once_however_often_its_answer_is_tried() -> None:
    async with open_shop() as shop:
        await shop.say("Hello!")
        before = await shop.conversations.open("telegram", "7")
        shop.line.refusals = 3  # type: ignore[attr-defined]
        await shop.say(command="reset")
        assert "new conversation" in shop.texts[-1]
        assert await shop.conversations.open("telegram", "7") == before + 1


@pytest.mark.usefixtures("faltering")
async def test_a_dead_letter_that_had_been_answered_is_said_as_it_would_have_been() -> None:
    async with open_shop(files={"photo": sign("A")}) as shop:
        await shop.inbox.accept([shop.incoming(photo(), "What is it?").arrival()])
        shop.line.refusals = 1  # type: ignore[attr-defined]
        with pytest.raises(RowFailed):
            await shop.turns.work([await shop.inbox.start(1)])
        await shop.inbox.bury(1, "given-up")
        assert await shop.inbox.revive(1)
        shop.turns._retold.drop(1)  # as a restart does
        await shop.turns.work([await shop.inbox.start(1)])
        (sent,) = shop.line.sent
        assert [choice.what for line in sent.choices for choice in line][-1] == "seen:1"
        assert shop.line.fetched == ["photo"]


async def test_a_replaced_photo_is_looked_at() -> None:
    async with open_shop(files={"a": sign("A"), "b": sign("B")}) as shop:
        await shop.say(photo("a"), "What does it say?", message="u1")
        await shop.say(photo("a"), "What does it say", message="u1", edited=True)
        assert shop.line.sent[0].edits == 0
        await shop.say(photo("b"), "What does it say?", message="u1", edited=True)
        assert shop.line.sent[0].edits == 1


async def test_photos_set_aside_in_a_group_do_not_make_the_next_one_late() -> None:
    async with open_shop(files={"a": sign("A")}) as shop:
        group = {"chat": "-100", "crowd": True, "album": "a"}
        await shop.say(photo("a"), addressed=False, **group)
        await shop.say(photo("a"), "What is it?", **group)
        assert "after I had begun" not in shop.texts[0]


@pytest.mark.parametrize("edited", [True, False])
async def test_after_a_reset_what_was_said_before_is_answered_by_itself_and_comes_back_to_nobody(edited: bool) -> None:
    again = {"act": Pressed(what="again:2", message="m1"), "message": None}
    async with open_shop() as shop:
        await shop.say("My name is Ada.")
        await shop.say("How tall is Everest?", message="u2")
        await shop.say(command="reset")
        await shop.say("I like trains.")
        if edited:
            await shop.say("How tall is Mont Blanc?", message="u2", edited=True)
        else:
            await shop.say(**again)
        await shop.say("Thanks.")
        *_, anew, after = ["\n".join(str(said.content) for said in prompt) for prompt in shop.llm.chat.prompts]
        assert "How tall is" in anew
        assert "Ada" not in anew and "trains" not in anew
        assert "trains" in after
        assert "How tall is" not in after and "Ada" not in after


async def test_another_try_is_of_who_asked_first() -> None:
    async with open_shop() as shop:
        await shop.say("Hello!", chat="-100", crowd=True, sender="1", name="Ada")
        pressed = Pressed(what="again:1", message="m0")
        await shop.say(act=pressed, chat="-100", crowd=True, sender="2", name="Bob", message=None)
        turns = await shop.conversations.latest("telegram", "-100", limit=9)
        assert [(turn.sender_id, turn.sender) for turn in turns] == [("1", "Ada"), ("1", "Ada")]


async def test_the_bytes_of_a_turn_are_bounded() -> None:
    files = {f"v{n}": bytes(20_000_000) for n in range(8)}
    async with open_shop(files=files) as shop:
        said = shop.incoming(*[photo(f"v{n}") for n in range(8)])
        turn = await Fetching(shop.conversations).turn(shop.line, said)
        kept = [part for part in turn.parts if hasattr(part, "data")]
        assert len(kept) == 5
        assert [part.reason for part in turn.parts if part not in kept] == ["too-large"] * 3  # type: ignore[union-attr]


async def test_more_begun_turns_than_memory_holds_are_recovered(monkeypatch: pytest.MonkeyPatch) -> None:
    """As after Telegram was out of reach for long."""
    monkeypatch.setattr("bot.backlog.MEMORY", 10)
    inbox, worked = MemoryInbox(), list[str]()
    for number in range(40):
        (row,) = await inbox.accept([Arrival("telegram", str(number), f"k{number}", "{}")])
        assert row is not None
        await inbox.start(row.id)
        await inbox.retry(row.id, "delivery-failed")

    async def work(rows: Sequence[InboxRow]) -> None:
        worked.append(rows[0].chat)

    async def nobody(row: object) -> None: ...

    desk = Desk(inbox, work, nobody, nobody)
    async with asyncio.timeout(10):
        assert await desk.start() == 40
        await desk.idle()
    await desk.stop()
    assert sorted(worked, key=int) == [str(number) for number in range(40)]


async def test_rows_of_a_turn_that_was_begun_are_found_wherever_they_are() -> None:
    inbox, worked = MemoryInbox(), list[list[int]]()
    rows = await inbox.accept([Arrival("telegram", "7", f"k{n}", "{}") for n in range(4)])
    first, *_, last = [row.id for row in rows if row is not None]
    await inbox.start(first, [last])

    async def work(rows: Sequence[InboxRow]) -> None:
        worked.append([row.id for row in rows])

    async def nobody(row: object) -> None: ...

    desk = Desk(inbox, work, nobody, nobody)
    await desk.start()
    await desk.idle()
    await desk.stop()
    assert worked == [[first, last], [first + 1], [first + 2]]
