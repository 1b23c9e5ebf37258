"""A line that looks like what is asked for is known for it, and nothing else is."""

from __future__ import annotations

import pytest

from agents.evidence import matching, rows
from agents.shapes import asks_verbatim
from tests.agents.samples import lines

CARD = lines(
    "Dr. Maria Jensen", "+45 12 34 56 78", "maria@nordlys.dk", "www.nordlys.dk", "Harbour Road 5", "2024-03-14 17:42"
)
RECEIPT = lines("幸福超市", "牛奶 5.80", "鸡蛋 12.00", "合计 26.30", "2024年3月14日")
TRAINS = lines("Departures", "London 09:15", "York 09:42")


@pytest.mark.parametrize(
    ("question", "picture", "found"),
    [
        ("What is her phone number?", CARD, ["+45 12 34 56 78"]),
        ("What's the email address?", CARD, ["maria@nordlys.dk"]),
        ("Is there a website?", CARD, ["www.nordlys.dk"]),
        ("When was that?", CARD, ["2024-03-14 17:42"]),
        ("总共花了多少钱？", RECEIPT, ["合计 26.30"]),
        ("这是哪天买的？", RECEIPT, ["2024年3月14日"]),
        ("鸡蛋和牛奶一共多少钱", RECEIPT, ["牛奶 5.80", "鸡蛋 12.00", "合计 26.30"]),
        ("When does the train to York leave?", TRAINS, ["York 09:42"]),
        ("When does the train to Paris leave?", TRAINS, []),
    ],
)
def test_the_line_is_found_by_its_look(question: str, picture: list, found: list[str]) -> None:
    assert [row.text for row in matching(question, rows(picture))] == found


def test_what_has_to_be_right_to_the_letter_is_known() -> None:
    assert asks_verbatim("What's the wifi password?")
    assert asks_verbatim("电话是多少")
    assert not asks_verbatim("When does it open?")
