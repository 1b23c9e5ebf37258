"""What is known of message ids: those of an account count up together, those of a supergroup apart."""

from __future__ import annotations

import pytest

from bot.telegram import numbering
from bot.telegram.address import Address
from bot.telegram.numbering import Numbering
from storage.memory import MemoryInbox
from storage.ports import Arrival

ADA, BOB, SMALL = Address(7), Address(8), Address(-4001)
GROUP, TOPIC = Address(-1_000_000_004_001), Address(-1_000_000_004_001, 33)
SHOP = Address(7, None, "shop")


def test_private_chats_and_small_groups_are_numbered_together_and_others_apart() -> None:
    known = Numbering()
    for address, message in ((ADA, 11), (GROUP, 500), (SHOP, 90), (SMALL, 12), (BOB, 10)):
        known.note(address, message)
    assert [known.newest(each) for each in (ADA, BOB, SMALL)] == [12, 12, 12]
    assert (known.newest(GROUP), known.newest(TOPIC), known.newest(SHOP)) == (500, 500, 90)
    assert known.newest(Address(-1_000_000_009_999)) == 0


def test_what_is_known_need_not_be_looked_at() -> None:
    known = Numbering()
    for message in (11, 13, 14):
        known.note(ADA, message)
    unknown = list(known.unknown(BOB, 10))
    assert (unknown[:3], len(unknown)) == ([12, 15, 16], 253)
    assert next(known.unknown(GROUP, 10)) == 11


async def test_what_waits_since_before_the_start_is_learned() -> None:
    known, inbox = Numbering(), MemoryInbox()
    keys = ["7/12", "7/9", "7@shop/90", "-1000000004001/500/edit/1795360219/7", "press/7/99", "x/1", "7/"]
    await inbox.accept([Arrival("telegram", "7", key, "{}") for key in keys] + [Arrival("web", "7", "7/1000", "{}")])
    await known.learn(inbox.unfinished())
    assert [known.newest(each) for each in (ADA, SHOP, GROUP)] == [12, 90, 500]


def test_the_numberings_used_last_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(numbering, "_ROWS", 2)
    known = Numbering()
    known.note(ADA, 1)
    known.note(GROUP, 2)
    known.note(ADA, 3)
    known.note(SHOP, 4)
    assert [known.newest(each) for each in (ADA, GROUP, SHOP)] == [3, 0, 4]
