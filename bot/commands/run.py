"""``python -m bot run``: answer in the web chat, and on Telegram when a token is set; without both at the terminal."""

from __future__ import annotations

import argparse
import asyncio
from typing import TYPE_CHECKING

from bot.commands import described

if TYPE_CHECKING:
    from bot.settings import Settings

__all__ = ["register"]


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser("run", help="start the assistant", description=described(__doc__))
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, settings: Settings) -> int:
    if settings.telegram_bot_token is None and not settings.http:
        from bot.commands.chat import DEFAULT, talk

        return talk(settings, DEFAULT)
    import uvloop

    from bot.service import serve

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(serve(settings))
