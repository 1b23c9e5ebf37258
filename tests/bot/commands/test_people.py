"""Who comes in, at the command line and by admins in a chat."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.cli import main
from bot.incoming import Incoming, Sender
from bot.orders.registry import Orders, orders_of_admins
from bot.texts import Texts
from storage.memory import MemoryPeople
from storage.ports import Standing

Captured = pytest.CaptureFixture[str]


def test_people_are_admitted_blocked_and_forgotten(scripted: Path, capsys: Captured) -> None:
    assert main(["people", "list"]) == 0
    assert "Nobody" in capsys.readouterr().err
    assert main(["people", "admit", "4711"]) == 0
    assert main(["people", "block", "-100123"]) == 0
    assert main(["people", "list"]) == 0
    out = capsys.readouterr().out
    assert "4711\tadmitted" in out
    assert "-100123\tblocked" in out
    with pytest.raises(SystemExit):
        main(["people", "block", "@alice"])
    with pytest.raises(SystemExit):
        main(["people", "block", "٤٧١١"])
    assert main(["people", "forget", "4711"]) == 0
    assert main(["people", "forget", "4711"]) == 1


def test_an_invite_is_made_listed_and_taken_back(scripted: Path, capsys: Captured) -> None:
    assert main(["people", "invite", "--count", "3", "--label", "friends"]) == 0
    code = capsys.readouterr().out.strip()
    assert len(code) == 16
    assert main(["people", "invites"]) == 0
    listed = capsys.readouterr().out
    assert "3 left" in listed
    assert "friends" in listed
    assert code not in listed
    assert main(["people", "revoke", listed.split("\t")[0]]) == 0
    assert main(["people", "revoke", "999999999999999999999"]) == 1


@pytest.mark.parametrize(
    "asked", [["--count", "0"], ["--count", "x"], ["--days", "0"], ["--days", "nan"], ["--days", "9999"]]
)
def test_an_invite_for_nobody_or_for_ever_is_bad_usage(scripted: Path, asked: list[str]) -> None:
    with pytest.raises(SystemExit) as refused:
        main(["people", "invite", *asked])
    assert refused.value.code == 2


def say(people: MemoryPeople, command: str, arguments: str = "", *, admin: bool = True) -> str:
    said = Incoming(channel="telegram", chat="1", key="k", sender=Sender(id="1"), command=command, arguments=arguments)
    orders = Orders(orders_of_admins(people, Texts()), Texts())
    return asyncio.run(orders.obey(said, "en", admin=admin)).text


def test_admins_invite_admit_and_block_in_the_chat() -> None:
    people = MemoryPeople()
    assert "4 in all" in say(people, "invite", "4")
    assert "4711" in say(people, "admit", "4711")
    assert "4712" in say(people, "block", "4712")
    assert "/block" in say(people, "block", "the one with the hat")

    async def standing(person: str) -> Standing | None:
        known = await people.of("telegram", person)
        return None if known is None else known.standing

    assert asyncio.run(standing("4711")) is Standing.ADMITTED
    assert asyncio.run(standing("4712")) is Standing.BLOCKED


def test_nobody_else_can_and_none_of_it_is_in_their_menu() -> None:
    people = MemoryPeople()
    assert "do not know" in say(people, "invite", admin=False)
    orders = Orders(orders_of_admins(people, Texts()), Texts())
    assert orders.menu("en") == []
    assert [name for name, _ in orders.menu("zh", admin=True)] == ["invite", "admit", "block"]
