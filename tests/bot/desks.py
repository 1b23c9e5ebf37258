"""For desks whose turns are of one row each."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from storage.ports import InboxRow

__all__ = ["alone"]


def alone(work: Callable[[InboxRow], Awaitable[None]]) -> Callable[[Sequence[InboxRow]], Awaitable[None]]:
    """Work on turns of one row."""

    async def of(rows: Sequence[InboxRow]) -> None:
        (row,) = rows
        await work(row)

    return of
