"""``python -m bot chat``: talk at the terminal, or ask once from a script."""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.settings import Settings

__all__ = ["register", "talk"]

ANSWERED, FAILED, BAD_USAGE = 0, 1, 2


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser("chat", help="talk at the terminal, or ask once", description=__doc__)
    parser.add_argument("--text", help="what to say; with --photo or --voice, one turn together")
    parser.add_argument("--photo", action="append", default=[], type=Path, metavar="FILE")
    parser.add_argument("--voice", action="append", default=[], type=Path, metavar="FILE")
    parser.add_argument("--conversation", default="default", metavar="NAME", help="conversations are kept by name")
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, settings: Settings) -> int:
    once = args.text is not None or args.photo or args.voice
    if args.json and not once:
        print("--json wants something to ask: --text, --photo or --voice.", file=sys.stderr)
        return BAD_USAGE
    return asyncio.run(_once(args, settings) if once else talk(settings, args.conversation))


async def _once(args: argparse.Namespace, settings: Settings) -> int:
    from agents.values import Part, Text, Turn
    from bot.terminal.files import FileRefused, photo, voice
    from bot.terminal.locale import locale
    from bot.terminal.once import ask
    from bot.wiring import wire

    most = settings.max_media_mb * 1_000_000
    try:
        parts: list[Part] = [photo(path, most) for path in args.photo]
        parts += [voice(path, most) for path in args.voice]
    except FileRefused as error:
        print(error, file=sys.stderr)
        return BAD_USAGE
    if args.text is not None:
        parts.append(Text(args.text))
    async with wire(settings) as house:
        done = await ask(house.conversing, args.conversation, Turn(tuple(parts), locale=locale()))
    print(done.json() if args.json else done.text())
    return FAILED if done.failed else ANSWERED


async def talk(settings: Settings, name: str) -> int:
    """The interactive chat, with every model loaded before the first prompt."""
    from bot.announce import Announcer
    from bot.terminal.interactive import Terminal
    from bot.terminal.locale import locale
    from bot.texts import language_of
    from bot.wiring import wire

    async with wire(settings) as house:
        announcer = Announcer()
        announcer.profile(house.models)
        await house.models.load(announcer.loaded)
        tag = locale()
        terminal = Terminal(
            house.conversing, house.wording, name, tag, language_of(tag), settings.max_media_mb * 1_000_000
        )
        await terminal.run()
    return ANSWERED
