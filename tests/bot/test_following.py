"""A comment and what is forwarded with it are one question, though the comment is answered at once."""

from __future__ import annotations

from typing import Any

import pytest

from bot.following import Following
from bot.incoming import IncomingText
from tests.bot.line import Shop, open_shop, photo
from tests.bot.test_second_tries import Faltering
from tests.pictures import sign

COMMENT = "Summarize in one line."
LETTER = IncomingText(text="Dear all, I resign.", origin="Carol")
ANSWERS = ("Summarize what?", "Carol resigns.", "More.")


def prompt(shop: Shop) -> str:
    return "\n".join(str(said.content) for said in shop.llm.chat.prompts[-1])


async def standing(shop: Shop) -> list[int]:
    """The parts of each turn that no other stands for."""
    turns = await shop.conversations.latest("telegram", "7", limit=20)
    return [len(turn.parts) for turn in turns if not turn.replaced_by]


@pytest.fixture
def faltering(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.bot.line.Line", Faltering)


@pytest.mark.parametrize("later", [0, 1])
async def test_what_is_forwarded_with_a_comment_is_answered_with_it_in_the_place_of_the_first_answer(
    later: int,
) -> None:
    async with open_shop(ANSWERS) as shop:
        await shop.say(COMMENT, said_at=1_000)
        await shop.say(LETTER, said_at=1_000 + later)
        assert COMMENT in prompt(shop) and "I resign" in prompt(shop)
        assert [(sent.text, sent.edits) for sent in shop.line.sent] == [("Carol resigns.", 1)]
        await shop.say("Thanks.")
        assert prompt(shop).count(COMMENT) == 1
        assert "Summarize what?" not in prompt(shop)


async def test_several_messages_forwarded_with_a_comment_are_all_answered_with_it() -> None:
    async with open_shop(ANSWERS, files={"photo": sign("ONE")}) as shop:
        await shop.say(COMMENT, said_at=1_000)
        await shop.say(LETTER, said_at=1_000)
        await shop.say(photo(origin="Dan"), said_at=1_001)
        (turn,) = [turn for turn in await shop.conversations.latest("telegram", "7", limit=9) if not turn.replaced_by]
        assert [part.origin for part in turn.parts] == [None, "Carol", "Dan"]
        assert len(shop.line.sent) == 1


async def test_a_photo_of_a_forwarded_album_that_comes_late_is_not_late() -> None:
    async with open_shop(ANSWERS, files={"a": sign("ONE"), "b": sign("TWO")}) as shop:
        for ref in ("a", "b"):
            await shop.say(photo(ref, origin="Dan"), album="x", said_at=1_000)
        turn = (await shop.conversations.latest("telegram", "7", limit=9))[-1]
        assert [part.kind for part in turn.parts] == ["photo", "photo"]
        assert "after I had begun" not in "".join(shop.texts)


@pytest.mark.parametrize(
    "more",
    [
        {"said_at": 1_002},
        {"said_at": 999},
        {"said_at": None},
        {"said_at": 1_000, "sender": "8"},
        {"said_at": 1_000, "chat": "8"},
    ],
)
async def test_what_is_forwarded_at_another_time_or_by_somebody_else_is_a_turn_of_its_own(more: dict[str, Any]) -> None:
    async with open_shop(ANSWERS) as shop:
        await shop.say(COMMENT, said_at=1_000)
        await shop.say(LETTER, **more)
        assert [sent.edits for sent in shop.line.sent] == [0, 0]


async def test_what_somebody_writes_right_behind_a_question_is_a_turn_of_its_own() -> None:
    async with open_shop(ANSWERS) as shop:
        await shop.say(COMMENT, said_at=1_000)
        await shop.say("What is the capital of France?", said_at=1_000)
        assert shop.texts == ["Summarize what?", "Carol resigns."]


@pytest.mark.usefixtures("faltering")
async def test_the_next_try_and_a_restart_know_what_it_was_sent_with() -> None:
    async with open_shop(ANSWERS) as shop:
        await shop.say(COMMENT, said_at=1_000)
        shop.line.refusals = 1  # type: ignore[attr-defined]
        forgetful, shop.turns._retold.keep = shop.turns._retold.keep, lambda row, told: None
        await shop.say(LETTER, said_at=1_000)
        shop.turns._retold.keep = forgetful
        assert [(sent.text, sent.edits) for sent in shop.line.sent] == [("Carol resigns.", 1)]


async def test_what_is_forwarded_longer_after_a_comment_does_not_join_it_by_what_came_in_between() -> None:
    async with open_shop(ANSWERS) as shop:
        for later in range(3):
            await shop.say(LETTER if later else COMMENT, said_at=1_000 + later)
        assert await standing(shop) == [2, 1]


async def test_a_turn_goes_on_with_so_many_parts_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.revising.MOST", 4)
    async with open_shop(("A.",) * 9) as shop:
        for part in (COMMENT, *[LETTER] * 6):
            await shop.say(part, said_at=1_000)
        assert await standing(shop) == [4, 3]


@pytest.mark.parametrize(("size", "photos"), [(20_000, [2, 2]), (None, [2])])
async def test_a_turn_goes_on_with_so_many_bytes_and_no_more(
    size: int | None, photos: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What does not say how large it is is found to be too large."""
    monkeypatch.setattr("bot.fetching._BYTES", 50_000)
    async with open_shop(("A.",) * 9, files={name: sign(name.upper()).ljust(20_000) for name in "abcd"}) as shop:
        for name in "abcd":
            await shop.say(photo(name, origin="Dan", size=size), said_at=1_000)
        turns = [turn for turn in await shop.conversations.latest("telegram", "7", limit=9) if not turn.replaced_by]
        assert [sum(part.media is not None for part in turn.parts) for turn in turns] == photos


async def test_what_an_edit_leaves_of_a_turn_has_room_beside_what_is_new_or_is_too_large(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    files = {"a": sign("ONE"), "b": sign("TWO"), "c": bytes(3_000_000)}
    async with open_shop(files=files) as shop:
        said = [shop.incoming(photo(ref), message=ref, album="x", said_at=1_000) for ref in "ab"]
        await shop.say_all(said)
        monkeypatch.setattr("bot.fetching._BYTES", 3_000_000 + len(files["b"]) - 1)
        await shop.say(photo("c"), message="a", edited=True)
        (turn,) = [turn for turn in await shop.conversations.latest("telegram", "7", limit=9) if not turn.replaced_by]
        assert [part.reason for part in turn.parts] == [None, "too-large"]


async def test_so_many_chats_are_remembered_and_no_more() -> None:
    following = Following(most=2)
    async with open_shop() as shop:
        for chat in ("1", "2", "3"):
            following.note(shop.incoming(COMMENT, chat=chat, said_at=1_000, message="m"))
        letters = [shop.incoming(LETTER, chat=chat, said_at=1_000) for chat in ("1", "2", "3")]
        assert [following.leader(each) for each in letters] == [None, "m", "m"]
