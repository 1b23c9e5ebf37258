"""Albums, bursts and edits on their way through the desk: one turn, one answer."""

from __future__ import annotations

import asyncio

from bot.gathering import Gathering
from bot.incoming import Moved
from bot.said import Said
from tests.bot.line import Sent, open_shop, photo
from tests.pictures import sign

FILES = {f"photo{n}": sign(str(n)) for n in range(10)} | {"photo": sign("ONE")}


async def test_an_album_is_one_turn_with_all_its_photos_and_one_answer() -> None:
    async with open_shop(files=FILES) as shop:
        for n in range(10):
            words = ["what are these?"] if n == 3 else []
            await shop.desk.accept(shop.incoming(photo(f"photo{n}"), *words, album="a"))
        await shop.desk.idle()
        (turn,) = await shop.conversations.latest("telegram", "7", limit=9)
        assert [part.kind for part in turn.parts].count("photo") == 10
        assert turn.parts[4].text == "what are these?"
        assert len(shop.texts) == 1


async def test_a_late_photo_is_answered_by_itself_and_said_to_be_late() -> None:
    async with open_shop(files=FILES) as shop:
        await shop.say(photo("photo1"), "what is it?", album="a")
        await shop.say(photo("photo2"), album="a")
        first, late = shop.texts
        assert "after I had begun" not in first
        assert late.startswith("This came after I had begun to answer its album")
        turns = await shop.conversations.latest("telegram", "7", limit=9)
        assert [part.text for part in turns[1].parts if part.kind == "text"] == ["what is it?"], "what the album asks"


async def test_in_a_group_the_photos_beside_the_one_that_addresses_us_come_along() -> None:
    async with open_shop(files=FILES) as shop:
        group = {"chat": "-100", "crowd": True, "album": "a"}
        said = [
            shop.incoming(photo("photo1"), addressed=False, **group),
            shop.incoming(photo("photo2"), "what are they?", **group),
            shop.incoming(photo("photo3"), addressed=False, **group),
        ]
        await shop.say_all(said)
        (turn,) = await shop.conversations.latest("telegram", "-100", limit=9)
        assert [part.kind for part in turn.parts].count("photo") == 3
        assert turn.crowd


async def test_an_album_in_a_group_that_is_not_for_us_is_neither_fetched_nor_kept() -> None:
    async with open_shop(files=FILES) as shop:
        beside = {"chat": "-100", "crowd": True, "album": "a", "addressed": False}
        await shop.say_all([shop.incoming(photo(f"photo{n}"), **beside) for n in range(3)])
        assert (shop.texts, shop.line.fetched) == ([], [])
        assert await shop.conversations.latest("telegram", "-100", limit=9) == []
        assert [row async for row in shop.inbox.unfinished()] == []
        assert {row.payload for row in shop.inbox._rows.values()} == {"{}"}, "not even who sent it"


async def test_a_late_photo_in_a_group_belongs_to_us_if_its_album_did() -> None:
    async with open_shop(files=FILES) as shop:
        group = {"chat": "-100", "crowd": True, "album": "a"}
        await shop.say(photo("photo1"), "what is it?", **group)
        await shop.say(photo("photo2"), addressed=False, **group)
        assert len(shop.texts) == 2


async def test_photo_and_words_sent_apart_are_one_turn() -> None:
    async with open_shop(files=FILES, gathering=Gathering(0.5, 0.5, 5.0)) as shop:
        await shop.desk.accept(shop.incoming(photo("photo1"), said_at=1))
        await asyncio.sleep(0.05)
        await shop.say("what does it say", said_at=2)
        (turn,) = await shop.conversations.latest("telegram", "7", limit=9)
        assert [part.kind for part in turn.parts] == ["photo", "text"]
        assert len(shop.texts) == 1


async def test_a_burst_survives_a_restart_as_the_turn_it_was() -> None:
    """Nothing was worked on yet when the process ended; and what had begun is the same turn again."""
    async with open_shop(files=FILES, gathering=Gathering(0.2, 0.2, 5.0)) as shop:
        await shop.desk.accept_all([shop.incoming(photo(f"photo{n}"), album="a") for n in range(3)])
        await shop.desk.stop()
        assert shop.texts == []
        assert await shop.desk.start() == 3
        await shop.desk.idle()
        (turn,) = await shop.conversations.latest("telegram", "7", limit=9)
        assert len(turn.parts) == 3
        assert [row async for row in shop.inbox.unfinished()] == []


async def test_an_edit_that_changes_nothing_is_not_answered() -> None:
    async with open_shop() as shop:
        await shop.say("what is ths", message="u1")
        await shop.say("What is this?", message="u1", edited=True)
        assert len(shop.texts) == 1


async def test_an_edit_that_asks_something_else_is_answered_in_the_place_of_the_old_answer() -> None:
    async with open_shop(["Paris.", "Rome.", "Fine."], files=FILES) as shop:
        await shop.say("What is the capital of France?", message="u1")
        await shop.say("What is the capital of Italy?", message="u1", edited=True)
        (sent,) = shop.line.sent
        assert (sent.text, sent.edits) == ("Rome.", 1)
        await shop.say("Thanks.")
        prompt = "\n".join(str(message.content) for message in shop.llm.chat.prompts[-1])
        assert "Rome." in prompt
        assert "Paris." not in prompt, "what was replaced is no longer part of the conversation"


async def test_an_edit_whose_answer_is_shorter_leaves_nothing_of_the_old_one() -> None:
    async with open_shop(["Paris.", "Rome."]) as shop:
        said = await shop.say("What is the capital of France?", message="u1")
        shop.line.sent.append(Sent("surplus", said.chat, Said("... and more"), ()))
        shop.inbox.messages.went(1, 2, "surplus")
        await shop.say("What is the capital of Italy?", message="u1", edited=True)
        assert [sent.id for sent in shop.line.sent] == ["m0"]


async def test_an_edited_caption_keeps_the_other_photos_of_its_album() -> None:
    async with open_shop(files=FILES) as shop:
        await shop.say_all(
            [
                shop.incoming(photo("photo1"), "what is it?", album="a", message="u1"),
                shop.incoming(photo("photo2"), album="a", message="u2"),
            ]
        )
        shop.line.files.pop("photo2")  # it is fetched from what was kept
        await shop.say(photo("photo1"), "who painted them?", album="a", message="u1", edited=True)
        turns = await shop.conversations.latest("telegram", "7", limit=9)
        assert [(part.kind, part.text) for part in turns[-1].parts] == [
            ("photo", None),
            ("text", "who painted them?"),
            ("photo", None),
        ]
        assert len(shop.line.sent) == 1


async def test_an_edit_before_the_answer_is_what_was_asked() -> None:
    async with open_shop(gathering=Gathering(0.2, 0.2, 5.0)) as shop:
        await shop.desk.accept(shop.incoming("tell me about trians and", message="u1"))
        await shop.say("tell me about planes and", message="u1", edited=True)
        (turn,) = await shop.conversations.latest("telegram", "7", limit=9)
        assert [part.text for part in turn.parts] == ["tell me about planes and"]
        assert len(shop.texts) == 1


async def test_an_edit_of_what_nobody_answered_is_answered_as_new() -> None:
    async with open_shop() as shop:
        await shop.say("What is this?", message="u99", edited=True)
        assert len(shop.texts) == 1


async def test_a_quoted_photo_comes_from_our_own_store_days_later() -> None:
    async with open_shop(files=FILES) as shop:
        await shop.say(photo("photo1"), message="u1")
        shop.line.files.clear()  # the channel has forgotten it
        await shop.say(photo("photo1-again", quoted=True, message="u1"), "what does it say?")
        turns = await shop.conversations.latest("telegram", "7", limit=9)
        quoted, words = turns[-1].parts
        assert (quoted.kind, quoted.quoted, quoted.media) == ("photo", True, turns[0].parts[0].media)
        assert words.text == "what does it say?"


async def test_nothing_of_another_chat_can_be_quoted_from_our_store() -> None:
    async with open_shop(files=FILES) as shop:
        await shop.say(photo("photo1"), message="u1", chat="7")
        shop.line.files.clear()
        await shop.say(photo("stolen", quoted=True, message="u1"), "what is it?", chat="-100", crowd=True)
        (turn,) = await shop.conversations.latest("telegram", "-100", limit=9)
        assert turn.parts[0].kind == "unread"


async def test_a_group_that_became_a_supergroup_keeps_its_history() -> None:
    async with open_shop() as shop:
        await shop.say("What is the capital of France?", chat="-5", crowd=True)
        await shop.say(chat="-5", crowd=True, act=Moved(to="-100"), message=None)
        await shop.say("And of Italy?", chat="-100", crowd=True)
        assert len(await shop.conversations.latest("telegram", "-100", limit=9)) == 2
        assert await shop.conversations.latest("telegram", "-5", limit=9) == []
