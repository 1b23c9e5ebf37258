"""``python -m bot log``: what was said, heard, seen and answered."""

from __future__ import annotations

import argparse
import asyncio
import io
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bot.commands import described
from bot.reading.dates import DateInvalid, moment

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager

    from rich.console import Console

    from bot.settings import Settings
    from storage.assembly import Storage
    from storage.ports import LogFilter

__all__ = ["register"]

DONE, FAILED, BAD_USAGE = 0, 1, 2
_LARGEST_ID = 2**63 - 1


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser("log", help="read conversations, or export them", description=described(__doc__))
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    asked = _filters()
    listing = actions.add_parser("list", parents=[asked], help="conversations, the latest first")
    listing.add_argument("--limit", type=int, default=50, metavar="N", help="at most so many (default: 50)")
    show = actions.add_parser("show", help="one conversation, turn by turn")
    show.add_argument("conversation", type=int, metavar="ID")
    show.add_argument("--trace", action="store_true", help="also the decisions and steps behind every answer")
    export = actions.add_parser("export", parents=[asked], help="turns as JSON lines")
    export.add_argument("--output", type=Path, metavar="FILE", help="into a file (default: standard output)")
    for action, work in ((listing, _list), (show, _show), (export, _export)):
        action.set_defaults(run=run, work=work)


def _filters() -> argparse.ArgumentParser:
    filters = argparse.ArgumentParser(add_help=False)
    filters.add_argument("--channel", metavar="NAME", help="telegram, terminal, ...")
    filters.add_argument("--chat", metavar="ID")
    filters.add_argument("--person", metavar="NAME", help="a sender's exact id or name")
    filters.add_argument("--since", metavar="DATE", help="2026-01-31, or 2026-01-31T09:30 with or without +02:00")
    filters.add_argument("--until", metavar="DATE", help="the same; a date alone includes the whole day")
    return filters


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Exit status 0 done, 1 failed, 2 bad usage. Raises StorageError."""
    from storage.errors import StorageMissing

    try:
        return int(asyncio.run(args.work(args, settings)))
    except DateInvalid as error:
        return _refuse(str(error), BAD_USAGE)
    except StorageMissing:
        return _refuse("There is no database yet. Is PARLEY_DATA_DIR the folder the assistant uses?", FAILED)
    except BrokenPipeError:  # the reader, `head` say, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE


async def _list(args: argparse.Namespace, settings: Settings) -> int:
    from bot.reading.listing import list_conversations

    where = _asked(args)
    if args.limit < 1:
        return _refuse("--limit wants a number from 1 up.", BAD_USAGE)
    async with _open(settings) as kept:
        await list_conversations(kept.conversations.summaries(where), args.limit, _console())
    return DONE


async def _show(args: argparse.Namespace, settings: Settings) -> int:
    from bot.reading.listing import list_conversations
    from bot.reading.transcript import show_turn
    from storage.ports import LogFilter

    console, where = _console(), LogFilter(conversation=args.conversation)
    async with _open(settings) as kept:
        known = 0 < args.conversation <= _LARGEST_ID
        if not known or await anext(kept.conversations.summaries(where), None) is None:
            return _refuse(f"There is no conversation {args.conversation}; see `python -m bot log list`.", BAD_USAGE)
        await list_conversations(kept.conversations.summaries(where), 1, console)
        console.print()
        async for turn in kept.conversations.turns(where):
            show_turn(turn, kept.media, console, trace=args.trace)
    return DONE


async def _export(args: argparse.Namespace, settings: Settings) -> int:
    from bot.reading.export import export_file, export_turns

    where = _asked(args)
    async with _open(settings) as kept:
        turns = kept.conversations.turns(where)
        if args.output is None:
            await export_turns(turns, kept.media, sys.stdout.buffer)
            return DONE
        try:
            count = await export_file(turns, kept.media, args.output)
        except OSError as error:
            return _refuse(f"{args.output}: {error.strerror}", FAILED)
    print(f"{count} turns exported.", file=sys.stderr)
    return DONE


def _open(settings: Settings) -> AbstractAsyncContextManager[Storage]:
    from storage.assembly import open_storage

    return open_storage(settings.url, settings.media_dir, synchronous=settings.database_sync, create=False)


def _asked(args: argparse.Namespace) -> LogFilter:
    from storage.ports import LogFilter

    return LogFilter(
        channel=args.channel,
        chat=args.chat,
        person=args.person,
        since=moment(args.since) if args.since is not None else None,
        until=moment(args.until, whole_day=True) if args.until is not None else None,
    )


def _console() -> Console:
    from rich.console import Console

    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # whatever the locale cannot show
    wide = None if sys.stdout.isatty() else 200  # a pipe has no width to fit into
    return Console(highlight=False, markup=False, emoji=False, width=wide)


def _refuse(sentence: str, status: int) -> int:
    print(sentence, file=sys.stderr)
    return status
