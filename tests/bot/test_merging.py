"""Several messages that are one turn: nothing of it is there twice."""

from __future__ import annotations

import pytest

from bot.gathering import Gathering
from bot.incoming import IncomingPart, IncomingText, IncomingUnread
from tests.bot.line import open_shop, photo
from tests.pictures import sign

FILES = {f"photo{n}": sign(str(n)) for n in range(4)}
GATHERING = Gathering(0.2, 0.2, 5.0)


def quote(words: str, message: str = "u1") -> IncomingText:
    return IncomingText(text=words, quoted=True, message=message)


async def test_a_photo_and_a_reply_to_it_in_one_burst_show_it_once() -> None:
    async with open_shop(files=FILES, gathering=GATHERING) as shop:
        reply = [photo("photo1", quoted=True, message="u1"), "tell me about it"]
        await shop.say_all(
            [
                shop.incoming(photo("photo1"), message="u1", said_at=1),
                shop.incoming(*reply, message="u2", said_at=1),
            ]
        )
        (turn,) = await shop.conversations.latest("telegram", "7", limit=9)
        assert [(part.kind, part.quoted) for part in turn.parts] == [("photo", False), ("text", False)]
        assert shop.line.fetched == ["photo1"]


async def test_a_reply_to_a_photo_of_an_album_in_the_same_burst_shows_the_album_once() -> None:
    async with open_shop(files=FILES, gathering=GATHERING) as shop:
        album = [shop.incoming(photo(f"photo{n}"), album="a", message=f"u{n}", said_at=1) for n in range(3)]
        quoted = [photo("photo2", quoted=True, message="u2"), quote("the second", "u2")]
        await shop.say_all([*album, shop.incoming(*quoted, "which one is this", message="u9", said_at=1)])
        (turn,) = await shop.conversations.latest("telegram", "7", limit=9)
        assert [(part.kind, part.quoted) for part in turn.parts] == [("photo", False)] * 3 + [("text", False)]


@pytest.mark.parametrize(
    ("quoted", "kept"),
    [
        ([quote("The cat is red. The dog is")], []),
        ([quote("The dog is")], ["The dog is"]),
        ([quote("@parley_bot The cat is red. The dog is")], []),
        ([quote("Birds are blue.", "u0")], ["Birds are blue."]),
        ([quote("Birds are blue.", "u0"), quote("Birds are blue.", "u0")], ["Birds are blue."]),
        ([IncomingText(text="Seen elsewhere", quoted=True)], ["Seen elsewhere"]),
        ([IncomingUnread(what="poll", reason="unsupported", quoted=True, message="u1")], []),
    ],
    ids=["all of it", "a passage", "as it was sent to a group", "of before", "twice", "of elsewhere", "unread"],
)
async def test_words_that_are_said_in_the_same_burst_are_quoted_only_in_part(
    quoted: list[IncomingPart], kept: list[str]
) -> None:
    async with open_shop(gathering=GATHERING) as shop:
        said = [
            shop.incoming("The cat is red. The dog is", message="u1", said_at=1),
            shop.incoming(*quoted, "and why", message="u2", said_at=1),
        ]
        said[1] = said[1].model_copy(update={"parts": (*quoted, *(part for part in said[1].parts if not part.quoted))})
        await shop.say_all(said)
        (turn,) = await shop.conversations.latest("telegram", "7", limit=9)
        assert [part.text for part in turn.parts if part.quoted] == kept
        assert [part.text for part in turn.parts if not part.quoted] == ["The cat is red. The dog is", "and why"]


@pytest.mark.parametrize("edited", ["u1", "u2"])
async def test_a_message_of_a_burst_that_becomes_a_command_is_obeyed_and_the_burst_is_answered(edited: str) -> None:
    async with open_shop(files=FILES, gathering=GATHERING) as shop:
        await shop.say_all(
            [
                shop.incoming("look at this", message="u1", said_at=1),
                shop.incoming(photo("photo1"), message="u2", said_at=1),
                shop.incoming(message=edited, edited=True, command="help", said_at=1),
            ]
        )
        (turn,) = await shop.conversations.latest("telegram", "7", limit=9)
        assert [part.kind for part in turn.parts] == ["text", "photo"]
        assert len(shop.texts) == 2 and "/reset" in shop.texts[1]
