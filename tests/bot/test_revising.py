"""Edited messages: the turn reads as if they had been sent so, whatever else is in it."""

from __future__ import annotations

import pytest

from bot.incoming import IncomingPart, IncomingText
from tests.bot.line import Shop, open_shop, photo
from tests.pictures import sign

FILES = {f"photo{n}": sign(str(n)) for n in range(4)}


async def newest(shop: Shop) -> list[tuple[str, bool, str | None, str | None]]:
    """Kind, quoted, words and message of each part of the newest turn."""
    (*_, turn) = await shop.conversations.latest("telegram", "7", limit=9)
    return [(part.kind, part.quoted, part.text, part.message) for part in turn.parts]


@pytest.mark.parametrize(
    "quoted",
    [
        photo("photo1", quoted=True, message="u1"),
        IncomingText(text="Birds are blue.", quoted=True, message="u1"),
        IncomingText(text="Birds are blue.", quoted=True),
    ],
    ids=["photo", "text", "of another chat"],
)
async def test_an_edited_reply_quotes_once_however_often_it_is_edited(quoted: IncomingPart) -> None:
    async with open_shop(files=FILES) as shop:
        said = shop.incoming("why is it so?", message="u2")
        for edited, words in ((False, "why is it so?"), (True, "who painted it?"), (True, "when was that?")):
            parts = (quoted, IncomingText(text=words, message="u2"))
            key = f"{said.key}/{words}"
            await shop.say_all([said.model_copy(update={"parts": parts, "edited": edited, "key": key})])
            assert [part[:3] for part in await newest(shop)] == [
                (quoted.kind, True, getattr(quoted, "text", None)),
                ("text", False, words),
            ]
        assert len(shop.line.sent) == 1


async def test_what_an_edited_reply_quotes_is_not_fetched_again() -> None:
    async with open_shop(files=FILES) as shop:
        quoted = photo("photo1", quoted=True, message="u0")
        await shop.say(quoted, photo("photo2"), "which is older?", message="u1")
        await shop.say(quoted, photo("photo2"), "which is newer?", message="u1", edited=True)
        assert sorted(shop.line.fetched) == ["photo1", "photo2", "photo2"]


async def test_an_edited_caption_of_a_late_photo_stands_for_the_words_of_its_album() -> None:
    async with open_shop(files=FILES) as shop:
        await shop.say(photo("photo1"), "what is it?", album="a", message="u1")
        await shop.say(photo("photo2"), album="a", message="u2")
        await shop.say(photo("photo2"), "who painted it?", album="a", message="u2", edited=True)
        assert await newest(shop) == [("photo", False, None, "u2"), ("text", False, "who painted it?", "u2")]
        assert [sent.edits for sent in shop.line.sent] == [0, 1]


async def test_a_late_photo_that_is_replaced_keeps_the_words_of_its_album() -> None:
    async with open_shop(files=FILES) as shop:
        await shop.say(photo("photo1"), "what is it?", album="a", message="u1")
        await shop.say(photo("photo2"), album="a", message="u2")
        await shop.say(photo("photo3"), album="a", message="u2", edited=True)
        assert await newest(shop) == [("photo", False, None, "u2"), ("text", False, "what is it?", None)]
        assert shop.line.fetched[-1] == "photo3"


async def test_an_edited_caption_of_an_album_with_a_late_photo_changes_the_answer_to_the_album() -> None:
    async with open_shop(files=FILES) as shop:
        await shop.say(photo("photo1"), "what is it?", album="a", message="u1")
        await shop.say(photo("photo2"), album="a", message="u2")
        await shop.say(photo("photo1"), "who painted it?", album="a", message="u1", edited=True)
        assert await newest(shop) == [("photo", False, None, "u1"), ("text", False, "who painted it?", "u1")]
        assert [sent.edits for sent in shop.line.sent] == [1, 0]
