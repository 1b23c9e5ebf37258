"""``python -m bot inbox``: messages that could not be answered, and a second chance for them."""

from __future__ import annotations

import argparse
import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.settings import Settings

__all__ = ["register"]


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser("inbox", help="list dead letters, try one again", description=__doc__)
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    actions.add_parser("dead", help="messages given up, with the code of what went wrong").set_defaults(run=_dead)
    revive = actions.add_parser("retry", help="answer a dead letter at the next start")
    revive.add_argument("row", type=int, metavar="ID")
    revive.set_defaults(run=_retry)


def _dead(args: argparse.Namespace, settings: Settings) -> int:
    return asyncio.run(_list(settings))


async def _list(settings: Settings) -> int:
    from bot.terminal.plain import plain
    from bot.wiring import memory

    async with memory(settings) as kept:
        async for row in kept.inbox.dead():
            accepted = row.accepted_at.isoformat(timespec="seconds")
            print(plain(f"{row.id}\t{accepted}\t{row.channel}\t{row.chat}\t{row.attempts} tries\t{row.error}"))
    return 0


def _retry(args: argparse.Namespace, settings: Settings) -> int:
    return asyncio.run(_revive(settings, args.row))


async def _revive(settings: Settings, row: int) -> int:
    from bot.wiring import memory

    async with memory(settings) as kept:
        if await kept.inbox.revive(row):
            print(f"{row} will be answered at the next start.")
            return 0
    print(f"There is no dead letter {row}; see `python -m bot inbox dead`.")
    return 1
