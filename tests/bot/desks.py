"""Desks over what was said, whose turns are of one row each."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from bot.inbox import Desk
from bot.incoming import Incoming, IncomingText, Sender
from bot.patience import Patience
from storage.memory import MemoryInbox
from storage.ports import Arrival, InboxRow

__all__ = ["QUICK", "alone", "arrival", "incoming", "nobody", "worked"]

QUICK = Patience(attempts=3, backoff=0.01)


def alone(work: Callable[[InboxRow], Awaitable[None]]) -> Callable[[Sequence[InboxRow]], Awaitable[None]]:
    """Work on turns of one row."""

    async def of(rows: Sequence[InboxRow]) -> None:
        (row,) = rows
        await work(row)

    return of


def arrival(chat: str, key: str) -> Arrival:
    return Arrival("test", chat, key, incoming(chat, key).model_dump_json())


def incoming(chat: str, key: str) -> Incoming:
    return Incoming(channel="test", chat=chat, key=key, sender=Sender(id=chat), parts=(IncomingText(text=key),))


async def nobody(_: object) -> None: ...


async def worked(
    inbox: MemoryInbox, work: Callable[[InboxRow], Awaitable[None]], said: list[tuple[str, str]], workers: int = 4
) -> list[InboxRow]:
    """Run a desk over what was said until it is idle; what it buried."""
    buried: list[InboxRow] = []

    async def bury(row: InboxRow) -> None:
        buried.append(row)

    desk = Desk(inbox, alone(work), bury, nobody, workers=workers, patience=QUICK)
    await desk.start()
    for chat, key in said:
        await desk.accept(incoming(chat, key))
    async with asyncio.timeout(20):
        await desk.idle()
    await desk.stop()
    return buried
