"""Ratings, second tries, and what was heard and seen: what people do with an answer."""

from __future__ import annotations

import pytest

from bot.choices import REASONS
from bot.incoming import Incoming, Pressed, Reacted
from storage.ports import LoggedTurn
from tests.bot.line import Shop, open_shop, photo
from tests.pictures import sign

FILES = {"photo": sign("ONE")}


async def press(shop: Shop, what: str, message: str = "m0", **more: object) -> Incoming:
    return await shop.say(act=Pressed(what=what, message=message), message=None, **more)


async def react(shop: Shop, *reactions: str, message: str = "m0", **more: object) -> Incoming:
    return await shop.say(act=Reacted(message=message, reactions=reactions), message=None, **more)


async def turns(shop: Shop, chat: str = "7") -> list[LoggedTurn]:
    return await shop.conversations.latest("telegram", chat, limit=9)


async def ratings(shop: Shop, chat: str = "7") -> list[tuple[str, bool, str | None]]:
    return [(each.sender_id, each.good, each.reason) for each in (await turns(shop, chat))[0].ratings]


def labels(shop: Shop) -> list[str]:
    return [choice.label for row in shop.line.sent[0].choices for choice in row]


async def test_a_good_answer_is_noted_and_marked() -> None:
    async with open_shop() as shop:
        await shop.say("Hello!")
        assert [choice.what for row in shop.line.sent[0].choices for choice in row] == ["good:1", "bad:1", "again:1"]
        await press(shop, "good:1")
        assert await ratings(shop) == [("7", True, None)]
        assert labels(shop)[:2] == ["👍 ✓", "👎"]
        assert len(shop.texts) == 1, "nothing is said to it"


async def test_a_bad_answer_is_noted_at_once_and_its_reason_asked() -> None:
    async with open_shop() as shop:
        await shop.say("Hello!")
        await press(shop, "bad:1")
        assert await ratings(shop) == [("7", False, None)]
        assert len(labels(shop)) == len(REASONS)
        await press(shop, "bad:1:misheard")
        assert await ratings(shop) == [("7", False, "misheard")]
        assert labels(shop)[:2] == ["👍", "👎 ✓"]


async def test_another_press_of_the_same_person_takes_the_place_of_the_first() -> None:
    async with open_shop() as shop:
        await shop.say("Hello!", chat="-100", crowd=True)
        await press(shop, "good:1", chat="-100", sender="8")
        await press(shop, "bad:1", chat="-100", sender="8")
        await press(shop, "good:1", chat="-100", sender="9")
        assert sorted(await ratings(shop, "-100")) == [("8", False, None), ("9", True, None)]


async def test_a_reaction_is_a_rating_until_it_is_taken_back() -> None:
    async with open_shop() as shop:
        await shop.say("Hello!")
        await react(shop, "❤\ufe0f")
        assert await ratings(shop) == [("7", True, "❤")]
        await react(shop, "👎")
        assert await ratings(shop) == [("7", False, "👎")]
        await react(shop, "🤔")
        assert await ratings(shop) == []


async def test_a_reaction_in_a_topic_is_told_without_the_topic() -> None:
    async with open_shop() as shop:
        await shop.say("Hello!", chat="-100:33", crowd=True)
        await react(shop, "👍", chat="-100", sender="9")
        assert await ratings(shop, "-100:33") == [("9", True, "👍")]


async def test_a_reaction_that_says_nothing_leaves_what_a_button_said() -> None:
    async with open_shop() as shop:
        await shop.say("Hello!")
        await press(shop, "bad:1:wrong")
        await react(shop, "🤔")
        assert await ratings(shop) == [("7", False, "wrong")]


async def test_a_reaction_that_comes_and_goes_leaves_what_a_button_said_and_still_shows() -> None:
    async with open_shop() as shop:
        await shop.say("Hello!")
        await press(shop, "bad:1:wrong")
        for reactions in (("👍",), ()):
            await react(shop, *reactions)
            assert await ratings(shop) == [("7", False, "wrong")]
            assert labels(shop)[:2] == ["👍", "👎 ✓"]


async def test_a_button_takes_the_place_of_a_reaction_and_outlives_it() -> None:
    async with open_shop() as shop:
        await shop.say("Hello!", chat="-100", crowd=True)
        await react(shop, "👍", chat="-100", sender="9")
        await react(shop, "👍", chat="-100")
        await press(shop, "bad:1", chat="-100")
        await react(shop, chat="-100")
        assert sorted(await ratings(shop, "-100")) == [("7", False, None), ("9", True, "👍")]


async def test_reactions_to_other_messages_rate_nothing() -> None:
    async with open_shop() as shop:
        await shop.say("Hello!", message="u1")
        await react(shop, "👍", message="u1")
        await react(shop, "👍", message="elsewhere")
        assert await ratings(shop) == []


async def test_what_was_heard_and_seen_is_told_with_how_sure_it_is() -> None:
    async with open_shop(files=FILES) as shop:
        await shop.say(photo(), "what is it?")
        assert "seen:1" in [choice.what for row in shop.line.sent[0].choices for choice in row]
        await press(shop, "seen:1")
        assert "seen: “a cat” (90 % sure)" in shop.texts[-1]
        assert "read in the picture: nothing" in shop.texts[-1]


async def test_it_is_told_in_the_language_of_who_asks() -> None:
    async with open_shop(files=FILES) as shop:
        await shop.say(photo(), "what is it?")
        await press(shop, "seen:1", locale="zh-hans")
        assert "看到：“a cat”（把握 90%）" in shop.texts[-1]


async def test_another_try_is_a_new_answer_that_replaces_the_old_one() -> None:
    async with open_shop(["First.", "Second.", "Third."], files=FILES) as shop:
        await shop.say("Hello!")
        await press(shop, "again:1")
        assert shop.texts == ["First.", "Second."]
        first, second = await turns(shop)
        assert first.replaced_by == second.id
        assert second.parts[0].text == "Hello!"
        await shop.say("And now?")
        prompt = "\n".join(str(message.content) for message in shop.llm.chat.prompts[-1])
        assert "Second." in prompt
        assert "First." not in prompt


async def test_another_try_pressed_twice_is_one() -> None:
    async with open_shop(["First.", "Second.", "Third."]) as shop:
        await shop.say("Hello!")
        presses = [shop.incoming(act=Pressed(what="again:1", message="m0"), message=None) for _ in range(2)]
        await shop.say_all(presses)
        assert shop.texts == ["First.", "Second."]


async def test_another_try_looks_at_the_same_photo_from_our_own_store() -> None:
    async with open_shop(files=FILES) as shop:
        await shop.say(photo(), "what is it?")
        shop.line.files.clear()
        await press(shop, "again:1")
        assert [part.kind for part in (await turns(shop))[1].parts] == ["photo", "text"]
        assert shop.line.fetched == ["photo"]


PRESSES = ("good:1", "bad:1:wrong", "again:1", "seen:1", "good:99", "good:-1", "good:x", "good:", "", "drop:1")


@pytest.mark.parametrize("what", [*PRESSES, "good:" + "9" * 50])
async def test_a_button_of_another_chat_or_of_nothing_does_nothing(what: str) -> None:
    async with open_shop() as shop:
        await shop.say("A secret.", chat="7")
        await press(shop, what, chat="666", sender="666")
        assert len(shop.texts) == 1
        assert await ratings(shop) == []
        assert await turns(shop, "666") == []


async def test_a_mark_is_made_while_the_next_turn_is_being_answered() -> None:
    async with open_shop() as shop:
        await shop.say("Hello!")
        said = shop.incoming(act=Pressed(what="good:1", message="m0"), message=None)
        assert said.line != said.chat
        assert shop.incoming(act=Pressed(what="again:1", message="m0")).line == said.chat
