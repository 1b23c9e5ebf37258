"""``python -m bot inbox``: messages that could not be answered, and a second chance for them."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Coroutine
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Any

from bot.commands import described

if TYPE_CHECKING:
    from bot.settings import Settings
    from storage.assembly import Storage

__all__ = ["register"]

DONE, FAILED = 0, 1
_LARGEST_ID = 2**63 - 1


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser("inbox", help="list dead letters, try one again", description=described(__doc__))
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    actions.add_parser("dead", help="messages given up, with the code of what went wrong").set_defaults(run=_dead)
    revive = actions.add_parser("retry", help="answer a dead letter at the next start")
    revive.add_argument("row", type=int, metavar="ID")
    revive.set_defaults(run=_retry)


def _dead(args: argparse.Namespace, settings: Settings) -> int:
    return _run(_list(settings))


async def _list(settings: Settings) -> int:
    from bot.terminal.plain import plain

    found = False
    async with _kept(settings) as kept:
        async for row in kept.inbox.dead():
            found = True
            accepted = row.accepted_at.isoformat(timespec="seconds")
            facts = (row.id, accepted, row.channel, row.chat, f"{row.attempts} tries", row.error)
            print("\t".join(" ".join(plain(str(fact)).split()) for fact in facts))
    if not found:
        print("No dead letters.", file=sys.stderr)
    return DONE


def _retry(args: argparse.Namespace, settings: Settings) -> int:
    return _run(_revive(settings, args.row))


async def _revive(settings: Settings, row: int) -> int:
    async with _kept(settings) as kept:
        if 0 < row <= _LARGEST_ID and await kept.inbox.revive(row):
            print(f"{row} will be answered at the next start.")
            return DONE
    print(f"There is no dead letter {row}; see `python -m bot inbox dead`.", file=sys.stderr)
    return FAILED


def _kept(settings: Settings) -> AbstractAsyncContextManager[Storage]:
    from storage.assembly import open_storage

    return open_storage(settings.url, settings.media_dir, synchronous=settings.database_sync, create=False)


def _run(work: Coroutine[Any, Any, int]) -> int:
    """Raises StorageError."""
    from storage.errors import StorageMissing

    try:
        return asyncio.run(work)
    except StorageMissing:
        print("There is no database yet. Is PARLEY_DATA_DIR the folder the assistant uses?", file=sys.stderr)
        return FAILED
