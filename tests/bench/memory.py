"""The last twenty messages of a chat among a million.

The million is made once, by bulk SQL, and kept in ``build/``: 500,000 answered turns of 5,000 chats that spoke in
turn, so that no chat's messages lie side by side.
"""

from __future__ import annotations

import asyncio
import random
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import closing
from functools import partial
from pathlib import Path

from storage.database import Database
from storage.history import utterances
from tests.bench.figures import Figure, percentile
from tests.bench.scale import Scale

__all__ = ["measure"]

CHATS = 5_000
LAST = 10  # turns of two messages
_KEPT = Path("build")
_FILL = """
WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {rows})
INSERT INTO {into} SELECT {columns} FROM numbers
"""
_WHEN = "'2026-01-01 00:00:00.000000'"
_SAID = "'Where can I eat well around here, and what does it cost? (' || n || ')'"
_ANSWER = "'The noodles at the corner are good, and the soup is better on cold days. (' || n || ')'"


async def measure(scale: Scale) -> AsyncIterator[Figure]:
    turns = scale.of(500_000, 5_000)
    path = await asyncio.to_thread(_made, turns)
    database = await Database.open(f"sqlite:///{path}")
    try:
        took = [1000 * seconds for seconds in await _read(database, turns, scale.of(3_000, 20))]
    finally:
        await database.close()
    about = f"last {2 * LAST} messages of a chat among {2 * turns:,}"
    yield Figure(f"{about}, p50", percentile(took, 50), "ms")
    yield Figure(f"{about}, p99", percentile(took, 99), "ms", 2)


async def _read(database: Database, turns: int, times: int) -> list[float]:
    """Seconds of each reading, of chats in no order; the first tenth warms up."""
    chosen = random.Random(1)
    took = []
    for _ in range(times + times // 10):
        began = time.perf_counter()
        chat = chosen.randint(1, CHATS)
        said = await database.read(partial(utterances, conversation=chat, limit=LAST, turn=turns + 1))
        took.append(time.perf_counter() - began)
        if not said:
            raise AssertionError("a chat without messages")
    return took[times // 10 :]


def _made(turns: int) -> Path:
    """The database with that many turns; made when it is not there yet."""
    path = _KEPT.absolute() / f"bench-{turns}.db"
    if path.exists():
        return path
    path.parent.mkdir(exist_ok=True)
    unfinished = path.with_suffix(".part")
    unfinished.unlink(missing_ok=True)
    asyncio.run(_emptied(unfinished))
    with closing(sqlite3.connect(unfinished)) as database:
        database.execute("PRAGMA synchronous=OFF")
        for statement in _statements(turns):
            database.execute(statement)
        database.commit()
        database.execute("ANALYZE")
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return unfinished.rename(path)


async def _emptied(path: Path) -> None:
    await (await Database.open(f"sqlite:///{path}")).close()


def _statements(turns: int) -> list[str]:
    def fill(into: str, columns: str, rows: int = turns) -> str:
        return _FILL.format(into=into, columns=columns, rows=rows)

    return [
        fill("conversations(id, channel, chat, started_at, last_turn)", f"n, 'bench', n, {_WHEN}, n", CHATS),
        fill(
            "turns(id, conversation_id, inbox_id, sender_id, sender, locale, received_at, answered_at)",
            f"n, 1 + n % {CHATS}, n, 1 + n % {CHATS}, 'Ada', 'en', {_WHEN}, {_WHEN}",
        ),
        fill("parts(turn_id, position, kind, text, quoted)", f"n, 0, 'text', {_SAID}, 0"),
        fill("replies(turn_id, text, language, rests_on, guarded)", f"n, {_ANSWER}, 'en', '[]', 0"),
        fill(
            "observations(turn_id, position, part, kind, outcome, text, confidence, model, seconds)",
            "5 * n, 0, 0, 'text-in-image', 'perceived', 'SALE 50%', 0.9, 'rapidocr:PP-OCRv6', 0.2",
            turns // 5,
        ),
    ]
