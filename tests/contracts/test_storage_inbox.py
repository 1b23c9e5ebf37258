"""The inbox's rows, of every implementation: kept once, counted, buried, revived and forgotten."""

from __future__ import annotations

from dataclasses import replace

import pytest

from storage.errors import StorageMissing
from storage.ports import Doubt, Inbox, InboxState
from tests.contracts.conftest import Stored
from tests.storage.makers import MORNING, arrival


async def unfinished(inbox: Inbox) -> list[str]:
    return [row.key async for row in inbox.unfinished()]


async def test_arrivals_are_kept_in_order_and_once(stored: Stored) -> None:
    rows = await stored.inbox.accept([arrival("a"), arrival("b"), arrival("a"), arrival("a", channel="web")])
    assert [row and (row.channel, row.key) for row in rows] == [
        ("telegram", "a"),
        ("telegram", "b"),
        None,
        ("web", "a"),
    ]
    assert await stored.inbox.accept([arrival("b"), arrival("c")]) == [None, rows_by_key(await all_rows(stored))["c"]]
    assert [row.id for row in await all_rows(stored)] == sorted(row.id for row in await all_rows(stored))
    assert await stored.inbox.accept([]) == []


async def all_rows(stored: Stored) -> list:
    return [row async for row in stored.inbox.unfinished()]


def rows_by_key(rows: list) -> dict:
    return {row.key: row for row in rows}


async def test_a_fresh_row_tells_all_it_was_given(stored: Stored) -> None:
    (row,) = await stored.inbox.accept([arrival("k", chat="é", payload='{"text": "你好"}')])
    assert row is not None
    assert (row.channel, row.chat, row.key, row.payload) == ("telegram", "é", "k", '{"text": "你好"}')
    assert (row.state, row.attempts, row.delivered, row.error) == (InboxState.NEW, 0, 0, None)
    assert row.accepted_at == MORNING
    assert await all_rows(stored) == [row]


async def test_work_on_a_row_is_counted_and_ends(stored: Stored) -> None:
    (row,) = await stored.inbox.accept([arrival("a")])
    assert row is not None
    assert await stored.inbox.start(row.id) == replace(row, state=InboxState.RUNNING, attempts=1, head=row.id)
    await stored.inbox.delivered(row.id, 2)
    await stored.inbox.retry(row.id, "model-late")
    again = await stored.inbox.start(row.id)
    assert again == replace(row, state=InboxState.RUNNING, attempts=2, delivered=2, error="model-late", head=row.id)
    assert await all_rows(stored) == [again]
    await stored.inbox.done(row.id)
    await stored.inbox.done(row.id)
    assert await all_rows(stored) == []
    with pytest.raises(StorageMissing):
        await stored.inbox.start(row.id)


async def test_dead_letters_are_kept_listed_and_revived(stored: Stored) -> None:
    (row,) = await stored.inbox.accept([arrival("a")])
    assert row is not None
    await stored.inbox.start(row.id)
    await stored.inbox.bury(row.id, "media-unreadable")
    dead = replace(row, state=InboxState.DEAD, attempts=1, error="media-unreadable", head=row.id)
    assert [found async for found in stored.inbox.dead()] == [dead]
    assert await unfinished(stored.inbox) == []
    assert await stored.inbox.accept([arrival("a")]) == [None]
    with pytest.raises(StorageMissing):
        await stored.inbox.done(row.id)
    assert await stored.inbox.revive(row.id)
    assert await all_rows(stored) == [replace(row, error="media-unreadable", head=row.id)]
    assert not await stored.inbox.revive(row.id)
    assert not await stored.inbox.revive(999)


async def test_no_row_no_change(stored: Stored) -> None:
    for change in (stored.inbox.start, stored.inbox.done):
        with pytest.raises(StorageMissing):
            await change(999)
    for change_with_code in (stored.inbox.retry, stored.inbox.bury):
        with pytest.raises(StorageMissing):
            await change_with_code(999, "code")
    with pytest.raises(StorageMissing):
        await stored.inbox.delivered(999, 1)


async def test_a_chat_reads_on_in_its_own_rows(stored: Stored) -> None:
    accepted = await stored.inbox.accept([arrival(str(n), chat=str(n % 2)) for n in range(10)])
    rows = [row for row in accepted if row is not None]
    await stored.inbox.start(rows[3].id)
    await stored.inbox.done(rows[5].id)
    waiting = await stored.inbox.waiting("telegram", "1", after=rows[1].id, limit=2)
    assert [row.key for row in waiting] == ["3", "7"]
    assert await stored.inbox.waiting("web", "1", after=0, limit=9) == []


async def test_more_unfinished_rows_than_a_page_come_once_and_in_order(stored: Stored) -> None:
    await stored.inbox.accept([arrival(str(n)) for n in range(450)])
    assert await unfinished(stored.inbox) == [str(n) for n in range(450)]


async def test_expiry_forgets_old_done_rows_only(stored: Stored) -> None:
    old = [row for row in await stored.inbox.accept([arrival("done"), arrival("new"), arrival("dead")]) if row]
    await stored.inbox.done(old[0].id)
    await stored.inbox.bury(old[2].id, "code")
    stored.clock.move(days=8)
    (recent,) = await stored.inbox.accept([arrival("recent")])
    assert recent is not None
    await stored.inbox.done(recent.id)
    assert await stored.inbox.expire(7) == 1
    assert await stored.inbox.expire(7) == 0
    keys = ["done", "new", "dead", "recent"]
    accepted = await stored.inbox.accept([arrival(key) for key in keys])
    assert [row is not None for row in accepted] == [True, False, False, False]
    assert accepted[0] is not None
    assert accepted[0].id > recent.id  # an id is never given out twice: turns remember it


async def test_what_is_on_its_way_is_in_doubt_until_it_is_known(stored: Stored) -> None:
    taken, refused, buried, tried = [row.id for row in await stored.inbox.accept([arrival(k) for k in "abcd"]) if row]
    for row in (taken, refused, buried, tried):
        await stored.inbox.start(row)
        stored.inbox.sends(row, Doubt(1, "7"))
    stored.inbox.took(taken, 1, "8", last=True)
    stored.inbox.refused(refused)
    await stored.inbox.bury(buried, "delivery-failed")
    await stored.inbox.retry(tried, "delivery-failed")
    doubts = [stored.inbox.doubt(row) for row in (taken, refused, buried, tried)]
    assert doubts == [None, None, None, Doubt(1, "7")]
