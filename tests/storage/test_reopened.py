"""What is found in the database when the process that wrote it was gone at any moment."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from agents.values import Text, Turn
from storage.assembly import open_storage
from storage.ports import Doubt, InboxState, Invite, Known, Standing
from tests.storage.makers import MORNING, answered, arrival, turn, url


async def test_rows_of_a_turn_that_was_begun_are_grouped_again_after_a_restart(tmp_path: Path) -> None:
    async with open_storage(url(tmp_path), tmp_path / "media") as kept:
        a, b, c, _ = [row.id for row in await kept.inbox.accept([arrival(key) for key in "abcd"]) if row]
        await kept.inbox.start(a, [b, c])
        await kept.inbox.previewed(a, "5")
        await kept.inbox.delivered(a, 1, "5")
        await kept.inbox.previewed(a, "6")
    async with open_storage(url(tmp_path), tmp_path / "media") as kept:
        rows = [row async for row in kept.inbox.unfinished()]
        assert [(row.key, row.state, row.head) for row in rows] == [
            ("a", InboxState.RUNNING, a),
            ("b", InboxState.RUNNING, a),
            ("c", InboxState.RUNNING, a),
            ("d", InboxState.NEW, None),
        ]
        again = await kept.inbox.start(a)
        assert (again.attempts, again.delivered, again.preview) == (2, 1, "6")
        await kept.inbox.done(a)
        assert [row.key async for row in kept.inbox.unfinished()] == ["d"]


async def test_what_was_noted_as_taken_and_not_committed_is_not_sent_again_after_a_restart(tmp_path: Path) -> None:
    async with open_storage(url(tmp_path), tmp_path / "media") as kept:
        whole, part, none, early = [row.id for row in await kept.inbox.accept([arrival(k) for k in "abcd"]) if row]
        for row in (whole, part, none):
            await kept.inbox.start(row)
            heard = await kept.conversations.hear("telegram", "7", turn("hi"), inbox=row)
            await kept.conversations.answer(heard.turn, answered("fine"))
        kept.inbox.took(whole, 1, "5", last=False)
        kept.inbox.took(whole, 2, "6", last=True)
        kept.inbox.took(part, 1, "8", last=False)
    async with open_storage(url(tmp_path), tmp_path / "media") as kept:
        assert await kept.inbox.recover() == 2, "those whose answers were known, and may have gone further"
        rows = [row async for row in kept.inbox.unfinished()]
        assert [(row.id, row.delivered) for row in rows] == [(part, 1), (none, 0), (early, 0)]
        found = await kept.conversations.of_message("telegram", "7", "6")
        assert found and found.sent == ("5", "6")
        await kept.inbox.done(part, "9")
    async with open_storage(url(tmp_path), tmp_path / "media") as kept:
        assert await kept.inbox.recover() == 1, "nothing is settled twice"


async def test_what_was_on_its_way_at_the_end_is_in_doubt_after_every_restart_until_it_is_done(tmp_path: Path) -> None:
    async with open_storage(url(tmp_path), tmp_path / "media") as kept:
        one, done = [row.id for row in await kept.inbox.accept([arrival("a"), arrival("b")]) if row]
        for row in (one, done):
            await kept.inbox.start(row)
            kept.inbox.sends(row, Doubt(1, "7"))
        await kept.inbox.done(done, "8")
    for _ in range(2):
        async with open_storage(url(tmp_path), tmp_path / "media") as kept:
            await kept.inbox.recover()
            assert (kept.inbox.doubt(one), kept.inbox.doubt(done)) == (Doubt(1, "7"), None)
    async with open_storage(url(tmp_path), tmp_path / "media") as kept:
        await kept.inbox.recover()
        await kept.inbox.start(one)
        kept.inbox.took(one, 1, "8", last=True)
    async with open_storage(url(tmp_path), tmp_path / "media") as kept:
        await kept.inbox.recover()
        assert kept.inbox.doubt(one) is None
        assert [row.id async for row in kept.inbox.unfinished()] == []


async def test_messages_of_a_turn_and_of_its_reply_are_found_after_a_restart(tmp_path: Path) -> None:
    async with open_storage(url(tmp_path), tmp_path / "media") as kept:
        (row,) = await kept.inbox.accept([arrival("a")])
        assert row
        first = await kept.conversations.hear("telegram", "7", turn("hi"))
        said = Turn((Text("one"), Text("two")))
        heard = await kept.conversations.hear(
            "telegram", "7", said, inbox=row.id, messages=["1", "2"], replaces=first.turn
        )
        await kept.conversations.answer(heard.turn, answered("fine"))
        await kept.inbox.done(row.id, "3")
    async with open_storage(url(tmp_path), tmp_path / "media") as kept:
        again = await kept.conversations.hear("telegram", "7", said, inbox=row.id, messages=["1", "2"])
        assert again.turn == heard.turn
        found = [await kept.conversations.of_message("telegram", "7", message) for message in "123"]
        assert [one and (one.id, one.sent) for one in found] == [(heard.turn, ("3",))] * 3
        assert (replaced := await kept.conversations.turn("telegram", "7", first.turn))
        assert replaced.replaced_by == heard.turn


async def test_a_turn_that_was_killed_before_its_answer_stands_for_the_earlier_one_after_a_restart(
    tmp_path: Path,
) -> None:
    talk = ("telegram", "7")
    async with open_storage(url(tmp_path), tmp_path / "media") as kept:
        first = await kept.conversations.hear(*talk, turn("hi"))
        await kept.conversations.answer(first.turn, answered("fine"))
        heard = await kept.conversations.hear(*talk, turn("hello"), inbox=5, replaces=first.turn)
    async with open_storage(url(tmp_path), tmp_path / "media") as kept:
        other = await kept.conversations.hear(*talk, turn("and?"), remembered=9)
        assert [side.text for side in other.history] == ["hi", "fine"]
        again = await kept.conversations.hear(*talk, turn("hello"), inbox=5, remembered=9)
        assert (again.turn, again.history) == (heard.turn, ())
        await kept.conversations.answer(again.turn, answered("fine"))
        other = await kept.conversations.hear(*talk, turn("and?"), remembered=9)
        assert [side.text for side in other.history] == ["hello", "fine"]


async def test_an_invite_is_kept_without_its_code(tmp_path: Path) -> None:
    async with open_storage(url(tmp_path), tmp_path / "media", clock=lambda: MORNING) as kept:
        ends = MORNING + timedelta(days=1)
        await kept.people.invite("open sesame", Invite(0, "friends", 1, ends, "operator"))
    with closing(sqlite3.connect(tmp_path / "parley.db")) as connection:
        assert "open sesame" not in "\n".join(connection.iterdump())
    async with open_storage(url(tmp_path), tmp_path / "media", clock=lambda: MORNING) as kept:
        ada = Known("telegram", "1", Standing.ADMITTED, "Ada", "invite", MORNING)
        assert await kept.people.redeem("open sesame", ada)
