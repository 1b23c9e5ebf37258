"""What every inbox keeps to when several rows make one turn: albums, bursts, previews."""

from __future__ import annotations

from dataclasses import replace

import pytest

from storage.errors import StorageMissing
from storage.ports import Arrival, Inbox, InboxRow, InboxState
from tests.contracts.conftest import Stored
from tests.storage.makers import arrival


async def accepted(inbox: Inbox, *keys: str, album: str | None = None, chat: str = "7") -> list[InboxRow]:
    rows = await inbox.accept([Arrival("telegram", chat, key, "{}", album) for key in keys])
    return [row for row in rows if row is not None]


async def unfinished(inbox: Inbox) -> list[tuple[str, InboxState, int, int | None]]:
    return [(row.key, row.state, row.attempts, row.head) async for row in inbox.unfinished()]


async def test_rows_of_one_turn_start_together_and_the_first_leads_them(stored: Stored) -> None:
    a, b, c, other = await accepted(stored.inbox, "a", "b", "c", "d")
    assert (a.head, a.album, a.preview) == (None, None, None)
    started = await stored.inbox.start(a.id, [c.id, b.id, b.id])
    assert started == replace(a, state=InboxState.RUNNING, attempts=1, head=a.id)
    assert await unfinished(stored.inbox) == [
        ("a", InboxState.RUNNING, 1, a.id),
        ("b", InboxState.RUNNING, 0, a.id),
        ("c", InboxState.RUNNING, 0, a.id),
        ("d", InboxState.NEW, 0, None),
    ]
    await stored.inbox.done(a.id)
    assert [key for key, *_ in await unfinished(stored.inbox)] == ["d"]
    assert (await stored.inbox.start(other.id)).head == other.id


async def test_a_turn_tried_again_is_of_the_same_rows(stored: Stored) -> None:
    a, b, c = await accepted(stored.inbox, "a", "b", "c")
    await stored.inbox.start(a.id, [b.id])
    await stored.inbox.retry(a.id, "model-late")
    assert await unfinished(stored.inbox) == [
        ("a", InboxState.NEW, 1, a.id),
        ("b", InboxState.NEW, 0, a.id),
        ("c", InboxState.NEW, 0, None),
    ]
    assert [row.error async for row in stored.inbox.unfinished()] == ["model-late", "model-late", None]
    assert (await stored.inbox.start(a.id, [b.id, c.id])).attempts == 2
    assert [(state, head) for _, state, _, head in await unfinished(stored.inbox)] == [
        (InboxState.RUNNING, a.id),
        (InboxState.RUNNING, a.id),
        (InboxState.NEW, None),
    ]


async def test_nothing_starts_when_a_row_that_is_joined_cannot(stored: Stored) -> None:
    a, b, c, over = await accepted(stored.inbox, "a", "b", "c", "d")
    await stored.inbox.start(b.id, [c.id])
    await stored.inbox.done(over.id)
    before = await unfinished(stored.inbox)
    for joined in ([b.id], [c.id], [over.id], [999]):
        with pytest.raises(StorageMissing):
            await stored.inbox.start(a.id, joined)
    for head in (999, over.id):
        with pytest.raises(StorageMissing):
            await stored.inbox.start(head, [a.id])
    assert await unfinished(stored.inbox) == before


async def test_the_rows_of_a_turn_are_told_whatever_became_of_them(stored: Stored) -> None:
    other, a, b, c, d = await accepted(stored.inbox, "other", "a", "b", "c", "d")

    async def joined() -> list[tuple[str, InboxState]]:
        return [(row.key, row.state) for row in await stored.inbox.joined(a.id)]

    assert await joined() == []
    await stored.inbox.start(other.id, [d.id])
    await stored.inbox.start(a.id, [c.id, b.id])
    (row, _) = await stored.inbox.joined(a.id)
    assert row == replace(b, state=InboxState.RUNNING, head=a.id)
    for change, state in (
        (stored.inbox.retry(a.id, "code"), InboxState.NEW),
        (stored.inbox.bury(a.id, "code"), InboxState.DEAD),
        (stored.inbox.revive(a.id), InboxState.NEW),
        (stored.inbox.done(a.id), InboxState.DONE),
    ):
        await change
        assert await joined() == [("b", state), ("c", state)]
    for nobody in (b.id, 999):
        assert await stored.inbox.joined(nobody) == []


async def test_a_row_knows_whether_it_was_tried_before(stored: Stored) -> None:
    failed, killed = await accepted(stored.inbox, "failed", "killed")
    assert not failed.tried_before
    for row in (failed, killed):
        assert not (await stored.inbox.start(row.id)).tried_before
    await stored.inbox.bury(failed.id, "model-broken")
    assert await stored.inbox.revive(failed.id)
    again = await stored.inbox.start(failed.id)
    assert (again.attempts, again.error, again.tried_before) == (1, "model-broken", True)
    again = await stored.inbox.start(killed.id)
    assert (again.attempts, again.error, again.tried_before) == (2, None, True)


async def test_a_row_that_is_part_of_a_turn_is_not_changed_by_itself(stored: Stored) -> None:
    a, b = await accepted(stored.inbox, "a", "b")
    await stored.inbox.start(a.id, [b.id])
    before = [row async for row in stored.inbox.unfinished()]
    for change in (
        stored.inbox.start(b.id),
        stored.inbox.done(b.id),
        stored.inbox.retry(b.id, "code"),
        stored.inbox.bury(b.id, "code"),
        stored.inbox.delivered(b.id, 1),
        stored.inbox.previewed(b.id, "m"),
    ):
        with pytest.raises(StorageMissing):
            await change
    assert [row async for row in stored.inbox.unfinished()] == before


async def test_a_dead_letter_of_several_rows_is_one_to_the_operator_and_all_to_its_chat(stored: Stored) -> None:
    a, b, c = await accepted(stored.inbox, "a", "b", "c")
    await stored.inbox.start(a.id, [c.id])
    await stored.inbox.bury(a.id, "media-unreadable")
    await stored.inbox.bury(b.id, "model-broken")
    assert [(row.key, row.error) async for row in stored.inbox.dead()] == [
        ("a", "media-unreadable"),
        ("b", "model-broken"),
    ]
    assert [row.key for row in await stored.inbox.dead_of("telegram", "7", limit=9)] == ["a", "b", "c"]
    for revived in (c, a):
        assert await stored.inbox.revive(revived.id)
        assert await unfinished(stored.inbox) == [("a", InboxState.NEW, 0, a.id), ("c", InboxState.NEW, 0, a.id)]
        assert not await stored.inbox.revive(revived.id)
        await stored.inbox.start(a.id)
        await stored.inbox.bury(a.id, "again")


async def test_a_preview_is_kept_until_a_piece_takes_its_place(stored: Stored) -> None:
    a, b = await accepted(stored.inbox, "a", "b")
    for row in (a, b):
        await stored.inbox.start(row.id)
        await stored.inbox.previewed(row.id, "draft 1")
        await stored.inbox.previewed(row.id, "draft 2")
        await stored.inbox.retry(row.id, "code")
    assert (await stored.inbox.start(a.id)).preview == "draft 2"
    await stored.inbox.delivered(a.id, 1, "draft 2")
    await stored.inbox.retry(a.id, "code")
    again = await stored.inbox.start(a.id)
    assert (again.preview, again.delivered) == (None, 1)
    await stored.inbox.done(b.id, "draft 2")
    for change in (stored.inbox.previewed(b.id, "late"), stored.inbox.previewed(999, "late")):
        with pytest.raises(StorageMissing):
            await change


async def test_an_album_is_known_by_the_row_of_it_that_was_begun_first(stored: Stored) -> None:
    word = (await accepted(stored.inbox, "word"))[0]
    one, two, late = await accepted(stored.inbox, "1", "2", "3", album="x")
    (elsewhere,) = await accepted(stored.inbox, "4", album="x", chat="8")

    async def begun(before: int = late.id, chat: str = "7", album: str = "x") -> InboxRow | None:
        return await stored.inbox.begun("telegram", chat, album, before=before)

    assert (late.album, await begun()) == ("x", None)
    await stored.inbox.start(word.id, [one.id, two.id])
    found = await begun()
    assert found is not None
    assert (found.id, found.head, found.state) == (one.id, word.id, InboxState.RUNNING)
    await stored.inbox.retry(word.id, "code")
    assert (found := await begun()) is not None
    assert (found.id, found.state) == (one.id, InboxState.NEW)
    await stored.inbox.done(word.id)
    assert (found := await begun()) is not None
    assert (found.id, found.state) == (one.id, InboxState.DONE)
    assert await begun(before=one.id) is None
    assert await begun(album="y") is None
    assert await begun(before=elsewhere.id + 1, chat="8") is None


async def test_expiry_takes_all_rows_of_a_turn(stored: Stored) -> None:
    a, b = await accepted(stored.inbox, "a", "b")
    await stored.inbox.start(a.id, [b.id])
    stored.clock.move(days=8)
    assert await stored.inbox.expire(7) == 0
    await stored.inbox.done(a.id)
    assert await stored.inbox.expire(7) == 2
    assert all(await stored.inbox.accept([arrival("a"), arrival("b")]))


async def test_what_is_forgotten_is_done_and_leaves_nothing_but_that_it_came(stored: Stored) -> None:
    rows = await stored.inbox.accept([arrival(key, payload='{"text": "private"}') for key in "abc"])
    head, joined, other = (row.id for row in rows if row is not None)
    await stored.inbox.start(head, [joined])
    await stored.inbox.forget(head)
    await stored.inbox.done(head)
    assert [row.id async for row in stored.inbox.unfinished()] == [other]
    assert {row.payload for row in await stored.inbox.joined(head)} == {"{}"}
    assert await stored.inbox.accept([arrival("a")]) == [None], "a second delivery is known"
