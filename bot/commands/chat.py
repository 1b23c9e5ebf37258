"""``python -m bot chat``: talk at the terminal, or ask once from a script.

Exit status: 0 answered, 1 failed, 2 bad usage.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING

from bot.commands import described

if TYPE_CHECKING:
    from agents.values import Part
    from bot.settings import Settings

__all__ = ["DEFAULT", "register", "talk"]

ANSWERED, FAILED, BAD_USAGE = 0, 1, 2
DEFAULT = "default"
_LONGEST_NAME = 100  # characters


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser("chat", help="talk at the terminal, or ask once", description=described(__doc__))
    parser.add_argument("--text", type=_decoded, help="what to say; with --photo or --voice, one turn together")
    parser.add_argument("--photo", action="append", default=[], type=Path, metavar="FILE", help="may be given again")
    parser.add_argument("--voice", action="append", default=[], type=Path, metavar="FILE", help="may be given again")
    parser.add_argument(
        "--conversation",
        default=DEFAULT,
        type=_name,
        metavar="NAME",
        help=f"conversations are kept by name (default: {DEFAULT})",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
    parser.set_defaults(run=run)


def _decoded(text: str) -> str:
    """Bytes that are no UTF-8 arrive as half characters, which nobody could store or print."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _name(text: str) -> str:
    name = _decoded(text).strip()
    if not name or len(name) > _LONGEST_NAME or not name.isprintable():
        raise argparse.ArgumentTypeError(f"a name has 1 to {_LONGEST_NAME} printable characters")
    return name


def run(args: argparse.Namespace, settings: Settings) -> int:
    once = args.text is not None or args.photo or args.voice
    if args.json and not once:
        print("--json wants something to ask: --text, --photo or --voice.", file=sys.stderr)
        return BAD_USAGE
    return _ask(args, settings) if once else talk(settings, args.conversation)


def _ask(args: argparse.Namespace, settings: Settings) -> int:
    from bot.terminal.files import FileRefused
    from bot.terminal.locale import locale
    from bot.terminal.plain import plain
    from bot.texts import Texts, language_of

    try:
        parts = _parts(args, settings.max_media_mb * 1_000_000)
    except FileRefused as error:
        print(plain(error.worded(Texts(), language_of(locale()))), file=sys.stderr)
        return BAD_USAGE
    with redirect_stdout(sys.stderr):  # whatever a library prints, only the answer goes to standard output
        answer, status = asyncio.run(_once(args, settings, tuple(parts)))
    try:
        print(answer, flush=True)
    except OSError as error:  # a full disk, or a reader that has gone
        print(f"The answer could not be written: {error.strerror}.", file=sys.stderr)
        return FAILED
    return status


def _parts(args: argparse.Namespace, most: int) -> list[Part]:
    """Raises FileRefused."""
    from agents.values import Text
    from bot.terminal.files import photo, voice

    parts: list[Part] = [photo(path, most) for path in args.photo]
    parts += [voice(path, most) for path in args.voice]
    if args.text is not None:
        parts.append(Text(args.text))
    return parts


async def _once(args: argparse.Namespace, settings: Settings, parts: tuple[Part, ...]) -> tuple[str, int]:
    from agents.values import Turn
    from bot.terminal.locale import locale
    from bot.terminal.once import ask
    from bot.terminal.screen import thinking
    from bot.wiring import wire

    with thinking("…"):
        async with wire(settings) as house:
            done = await ask(house.conversing, args.conversation, Turn(parts, locale=locale()))
    return done.json() if args.json else done.text(), FAILED if done.failed else ANSWERED


def talk(settings: Settings, name: str) -> int:
    """The interactive chat until its end; Ctrl-C is the usual way to leave it at a terminal."""
    try:
        asyncio.run(_talk(settings, name))
    except asyncio.CancelledError:  # SIGTERM or SIGHUP
        return ANSWERED
    except KeyboardInterrupt:
        if sys.stdin is None or not sys.stdin.isatty():
            raise
        print(flush=True)
    return ANSWERED


async def _talk(settings: Settings, name: str) -> None:
    """With every model loaded before the first prompt. Raises CancelledError when told to stop."""
    from bot.announce import Announcer
    from bot.signals import ending_at_once
    from bot.terminal.interactive import Terminal
    from bot.terminal.locale import locale
    from bot.texts import language_of
    from bot.wiring import wire

    task = asyncio.current_task()
    assert task is not None  # noqa: S101 - this runs as a task
    for number in (signal.SIGTERM, signal.SIGHUP):  # the terminal is left as it was found
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    async with wire(settings) as house:
        announcer = Announcer()
        announcer.profile(house.models)
        with announcer.loading(), ending_at_once():
            await house.models.load(announcer.loaded)
        tag = locale()
        terminal = Terminal(
            house.conversing, house.wording, name, tag, language_of(tag), settings.max_media_mb * 1_000_000
        )
        await terminal.run()
