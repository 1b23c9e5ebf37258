"""What every storage does with turns that stand for others: a message that was edited, an answer wanted once more."""

from __future__ import annotations

from itertools import permutations

import pytest

from agents.values import Role
from tests.contracts.conftest import Stored
from tests.contracts.talk import Talk
from tests.storage.makers import answered, turn

CHAT = ("telegram", "7")


@pytest.fixture
def talk(stored: Stored) -> Talk:
    return Talk(stored)


async def answer(talk: Talk, number: int) -> None:
    await talk.stored.conversations.answer(number, answered("fine"))


async def replaced_by(talk: Talk, *turns: int) -> list[int | None]:
    return [(await talk.whole(one)).replaced_by for one in turns]


async def handed(talk: Talk, row: int) -> list[str]:
    """What was typed in the turns that the turn of this row is handed when it is heard again."""
    heard = await talk.stored.conversations.hear(*CHAT, turn("again"), inbox=row, remembered=20)
    return [side.text for side in heard.history if side.role is Role.USER]


async def test_history_is_without_turns_that_others_stand_for(talk: Talk) -> None:
    first, _ = await talk.say("what?")
    await talk.say("kept")
    second, _ = await talk.say("what now?", replaces=first)
    assert await replaced_by(talk, first) == [second]
    assert await talk.history() == ["kept", "what now?"]
    third, _ = await talk.say("what then?", replaces=first)
    assert await replaced_by(talk, first, second) == [third, third]
    fourth, _ = await talk.say("what?!", replaces=second)
    assert await replaced_by(talk, third, fourth) == [fourth, None]
    assert [(await talk.whole(one)).replaces for one in (first, second, fourth)] == [None, first, second]
    assert await talk.history() == ["kept", "what?!"]


async def test_a_turn_is_handed_nothing_of_what_it_is_to_stand_for(talk: Talk) -> None:
    first, _ = await talk.say("what?")
    await talk.say("kept")
    second, _ = await talk.say("what now?", replaces=first)
    heard = await talk.stored.conversations.hear(*CHAT, turn("what?!"), remembered=20, replaces=first)
    assert [side.text for side in heard.history[::2]] == ["kept"]
    edited = await talk.stored.conversations.hear(*CHAT, turn("what!"), remembered=1, replaces=second)
    assert [side.text for side in edited.history[::2]] == ["kept"]


async def test_what_is_said_anew_after_a_reset_stays_in_the_conversation_it_was_said_in(talk: Talk) -> None:
    """Neither does it hear what was said there, nor does the new one hear of it."""
    first, _ = await talk.say("what?")
    second, _ = await talk.say("and this?")
    await talk.stored.conversations.reset(*CHAT)
    await talk.say("new")
    heard = await talk.stored.conversations.hear(*CHAT, turn("what?!"), inbox=77, remembered=20, replaces=first)
    assert (heard.conversation, heard.history) == ((await talk.whole(second)).conversation, ())
    await talk.stored.conversations.answer(heard.turn, answered("fine"))
    assert await replaced_by(talk, first) == [heard.turn]
    assert await handed(talk, 77) == []
    assert await talk.history() == ["new"]
    assert heard.turn not in {each.id for each in await talk.stored.conversations.latest(*CHAT, limit=9)}


async def test_a_turn_stands_for_nothing_before_it_is_answered(talk: Talk) -> None:
    first, _ = await talk.say("what?")
    second, row = await talk.say("what now?", reply=None, replaces=first)
    assert await replaced_by(talk, first) == [None]
    assert await talk.history() == ["what?"]
    assert await handed(talk, row) == []
    await answer(talk, second)
    assert await replaced_by(talk, first, second) == [second, None]
    assert await talk.history() == ["what now?"]
    assert await handed(talk, row) == []


async def test_what_stands_for_a_turn_that_was_never_answered_stands_for_those_before_it_too(talk: Talk) -> None:
    first, _ = await talk.say("what?")
    second, _ = await talk.say("what now?", reply=None, replaces=first)
    third, _ = await talk.say("what then?", reply=None, replaces=second)
    fourth, row = await talk.say("what?!", reply=None, replaces=third)
    assert await handed(talk, row) == []
    assert await talk.history() == ["what?"]
    await answer(talk, fourth)
    assert await replaced_by(talk, first, second, third, fourth) == [fourth, fourth, fourth, None]
    assert await talk.history() == ["what?!"]


async def test_an_answer_that_comes_late_does_not_stand_for_a_newer_one(talk: Talk) -> None:
    first, _ = await talk.say("what?")
    late, row = await talk.say("what now?", reply=None, replaces=first)
    newest, _ = await talk.say("what then?", replaces=first)
    assert await handed(talk, row) == []
    await answer(talk, late)
    assert await replaced_by(talk, first, late, newest) == [newest, newest, None]
    assert await talk.history() == ["what then?"]


async def test_a_turn_that_was_replaced_before_its_answer_stays_so(talk: Talk) -> None:
    first, _ = await talk.say("what?", reply=None)
    second, _ = await talk.say("what now?", replaces=first)
    await answer(talk, first)
    assert await replaced_by(talk, first, second) == [second, None]
    assert await talk.history() == ["what now?"]


async def test_the_first_that_was_said_to_be_replaced_counts(talk: Talk) -> None:
    first, _ = await talk.say("what?")
    other, _ = await talk.say("kept")
    second, row = await talk.say("what now?", reply=None, replaces=first)
    await talk.stored.conversations.hear(*CHAT, turn("what now?"), inbox=row, replaces=other)
    await answer(talk, second)
    assert await replaced_by(talk, first, other) == [second, None]


async def test_a_turn_stands_for_another_of_its_chat_whatever_that_is_called_by_then(talk: Talk) -> None:
    first, _ = await talk.say("what?")
    second, _ = await talk.say("what now?", reply=None, replaces=first)
    await talk.stored.conversations.move(*CHAT, "-100")
    moved = Talk(talk.stored, "-100")
    await answer(moved, second)
    assert await replaced_by(moved, first) == [second]
    assert await moved.history() == ["what now?"]


async def test_no_turn_stands_for_one_of_another_chat(talk: Talk) -> None:
    theirs, _ = await Talk(talk.stored, "8").say("theirs")
    for absent in (theirs, 99):
        mine, _ = await talk.say(f"mine, not {absent}", replaces=absent)
        assert (await talk.whole(mine)).replaces is None
    assert await replaced_by(Talk(talk.stored, "8"), theirs) == [None]


async def test_in_whatever_order_they_are_answered_the_newest_of_a_line_stands(stored: Stored) -> None:
    for order in permutations(range(4)):
        talk = Talk(stored, "".join(map(str, order)))
        turns: list[int] = []
        for number, replaced in enumerate((None, 0, 1, 1)):
            replaces = None if replaced is None else turns[replaced]
            turns.append((await talk.say(str(number), reply=None, replaces=replaces))[0])
        for done, number in enumerate(order, start=1):
            await answer(talk, turns[number])
            assert await talk.history() == [str(max(order[:done]))]
