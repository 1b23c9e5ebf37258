"""No question asked while people wait costs more when more is stored: every statement goes by an index."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, event

from storage.clock import utc_now
from storage.conversations import SqlConversations
from storage.database import Database
from storage.inbox import SqlInbox
from storage.memory import MemoryMedia
from storage.people import SqlPeople
from storage.ports import Arrival, Invite, Known, LogFilter, Rating, Standing
from storage.preferences import SqlPreferences
from storage.usage import SqlUsage
from tests.storage.makers import answered, arrival, photo_turn, seen, url


@contextmanager
def recorded(database: Database) -> Iterator[set[tuple[str, Any]]]:
    """Statements carried out meanwhile, with their values."""
    statements: set[tuple[str, Any]] = set()

    def record(_: Any, __: Any, statement: str, values: Any, ___: Any, many: bool) -> None:
        if not statement.startswith("BEGIN"):
            statements.add((statement, tuple(values[0] if many else values)))

    engines = (database._reading, database._writing)
    for engine in engines:
        event.listen(engine, "before_cursor_execute", record)
    yield statements
    for engine in engines:
        event.remove(engine, "before_cursor_execute", record)


async def planned(database: Database, statements: set[tuple[str, Any]]) -> list[tuple[str, str]]:
    """Steps of their plans, and what each is a step of."""

    def explained(connection: Connection) -> list[tuple[str, str]]:
        return [
            (step.detail, statement)
            for statement, values in statements
            for step in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        ]

    return await database.read(explained)


async def costly(database: Database, statements: set[tuple[str, Any]]) -> list[str]:
    """Steps of their plans that look at every row, or sort."""
    steps = await planned(database, statements)
    return [f"{step}: {of}" for step, of in steps if _looks_at_all(step) or "TEMP B-TREE" in step]


def _looks_at_all(step: str) -> bool:
    """A line is of turns that one stands for after the other, each found by its id."""
    return "SCAN" in step and " USING " not in step and step != "SCAN line"


async def test_a_turn_from_intake_to_answer_goes_by_indexes(tmp_path: Path) -> None:
    database = await Database.open(url(tmp_path))
    inbox, talks = SqlInbox(database), SqlConversations(database, MemoryMedia())
    with recorded(database) as statements:
        one, two, three = await inbox.accept([arrival(key) for key in "abc"])
        assert one
        assert two
        assert three
        await inbox.start(one.id)
        await talks.open("telegram", "7")
        await talks.reset("telegram", "8")
        assert await talks.of_inbox(one.id) is None
        heard = await talks.hear("telegram", "7", photo_turn("hi"), inbox=one.id, remembered=20)
        await talks.answer(heard.turn, answered("hello", seen()))
        assert await talks.of_inbox(one.id)
        again = await talks.hear("telegram", "7", photo_turn("hi"), inbox=one.id, remembered=20)
        assert again.reply
        assert len((await talks.hear("telegram", "7", photo_turn("and?"), remembered=20)).history) == 2
        await inbox.delivered(one.id, 1)
        await inbox.done(one.id)
        await inbox.retry(two.id, "code")
        await inbox.bury(two.id, "code")
        assert [row.id async for row in inbox.dead()] == [two.id]
        assert await inbox.revive(two.id)
        assert len(await inbox.waiting("telegram", "7", after=one.id, limit=5)) == 2
        assert [row.id async for row in inbox.unfinished()] == [two.id, three.id]
        assert await inbox.expire(-1) == 1
    assert len(statements) > 20
    assert await costly(database, statements) == []
    await database.close()


async def test_a_turn_of_several_messages_that_stands_for_another_goes_by_indexes(tmp_path: Path) -> None:
    database = await Database.open(url(tmp_path))
    inbox, talks = SqlInbox(database), SqlConversations(database, MemoryMedia())
    first = await talks.hear("telegram", "7", photo_turn("hi"), inbox=99, messages=["1", "2", "2"])
    rows = await inbox.accept([Arrival("telegram", "7", key, "{}", album="x") for key in "abc"])
    one, two, late = [row.id for row in rows if row]
    with recorded(database) as statements:
        await inbox.start(one, [two])
        assert [row.id for row in await inbox.joined(one)] == [two]
        assert (begun := await inbox.begun("telegram", "7", "x", before=late))
        assert begun.id == one
        said = photo_turn("hi")
        again = await talks.hear("telegram", "7", said, inbox=one, remembered=9, messages=["2"], replaces=first.turn)
        await talks.answer(again.turn, answered("hello"))
        await inbox.previewed(one, "4")
        await inbox.delivered(one, 1, "4")
        await inbox.retry(one, "code")
        await inbox.start(one)
        await inbox.bury(one, "code")
        assert await inbox.revive(two)
        await inbox.done(one, "5")
        assert (found := await talks.of_message("telegram", "7", "5"))
        assert (found.id, found.sent) == (again.turn, ("4", "5"))
        assert (earlier := await talks.of_message("telegram", "7", "2", before=again.turn, topics=True))
        assert earlier.id == first.turn
        assert (await talks.of_inbox(one)) == (await talks.turn("telegram", "7", again.turn))
        await talks.rate("telegram", "7", again.turn, Rating("u1", True))
        await talks.unrate("telegram", "7", again.turn, "u1")
    assert len(statements) > 20
    assert await costly(database, statements) == []
    await database.close()


async def test_a_message_is_found_in_a_chat_and_its_topics_by_ranges_of_the_key(tmp_path: Path) -> None:
    database = await Database.open(url(tmp_path))
    talks = SqlConversations(database, MemoryMedia())
    for chat in ("7", "7:33"):
        await talks.hear("telegram", chat, photo_turn("hi"), messages=["1", "2", "3"])
    with recorded(database) as statements:
        assert (found := await talks.of_message("telegram", "7", "3", topics=True))
        assert (found := await talks.of_message("telegram", "7", "3", before=found.id, topics=True))
        assert found.chat == "7"
    assert {step for step, of in await planned(database, statements) if "max(messages" in of} == {
        "SEARCH messages USING PRIMARY KEY (channel=? AND message=? AND chat=? AND turn_id<?)",
        "SEARCH messages USING PRIMARY KEY (channel=? AND message=? AND chat>? AND chat<?)",
    }
    await database.close()


async def test_what_is_known_of_people_and_chats_is_found_by_indexes(tmp_path: Path) -> None:
    database = await Database.open(url(tmp_path))
    people, choices, usage = SqlPeople(database), SqlPreferences(database), SqlUsage(database)
    now, day = utc_now(), utc_now().date()
    ada = Known("telegram", "1", Standing.ADMITTED, "Ada", "invite", now)
    await people.invite("code", Invite(0, "friends", 2, now + timedelta(hours=1), "operator"))
    with recorded(database) as statements:
        assert await people.redeem("code", ada)
        await people.decide(ada)
        assert await people.of("telegram", "1") == ada
        assert [known async for known in people.all()] == [ada]
        await choices.prefer("telegram", "7", "language", "zh")
        assert await choices.of("telegram", "7")
        await choices.prefer("telegram", "7", "language", None)
        await usage.use("u1", day, "photos", 1, row=1)
        assert await usage.used("u1", day)
        assert await usage.expire(day) == 0
        assert await people.forget("telegram", "1")
    assert await costly(database, statements) == []
    await database.close()


async def test_reviewing_one_conversation_or_all_turns_does_not_sort_them_for_every_page(tmp_path: Path) -> None:
    database = await Database.open(url(tmp_path))
    talks = SqlConversations(database, MemoryMedia())
    talk = await talks.open("telegram", "7")
    heard = await talks.hear("telegram", "7", photo_turn("hi"), sender_id="u1")
    await talks.answer(heard.turn, answered("hello", seen()))
    with recorded(database) as statements:
        for where in (LogFilter(), LogFilter(conversation=talk), LogFilter(channel="telegram", chat="7", person="u1")):
            assert len([one async for one in talks.turns(where)]) == 1
        assert len([one async for one in talks.summaries(LogFilter(person="u1"))]) == 1
    assert [step for step in await costly(database, statements) if "TEMP B-TREE" in step] == []
    await database.close()
