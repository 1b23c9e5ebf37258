"""Tells people whose message waits behind many others that it does, and for about how long."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import NoReturn

from bot.inbox import Desk
from storage.ports import InboxRow

__all__ = ["telling_of_long_waits"]


async def telling_of_long_waits(
    desk: Desk,
    tell: Callable[[InboxRow, float | None], Awaitable[None]],
    *,
    after: float = 30.0,
    every: float = 5.0,
) -> NoReturn:
    """Tell the chats that have waited for ``after`` seconds without a sign, and the seconds that they will go on to.

    One after another, so that what is told takes little of a channel from the answers. ``tell`` never raises, and
    knows whom it has told before.
    """
    while True:
        await asyncio.sleep(every)
        for chat in desk.waiting(after):
            waits = desk.waits(chat)
            if waits is not None:  # it has not been begun meanwhile
                await tell(*waits)
