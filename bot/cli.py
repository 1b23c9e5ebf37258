"""The command line: one parser over the commands of ``bot/commands``."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from agents.errors import ParleyError
from bot.commands import chat, inbox, log, models, people, run

if TYPE_CHECKING:
    from bot.settings import Settings

__all__ = ["forbid_tracing", "main"]

FAILED, BAD_USAGE, INTERRUPTED = 1, 2, 130
# Any of them switches tracing on, and LangSmith reads them in this order.
_TRACING = ("LANGSMITH_TRACING_V2", "LANGCHAIN_TRACING_V2", "LANGSMITH_TRACING", "LANGCHAIN_TRACING")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bot", description="Parley: a self-hosted assistant that hears, sees and answers."
    )
    subparsers = parser.add_subparsers(title="commands", required=True, dest="command", metavar="COMMAND")
    for command in (run, chat, models, log, inbox, people):
        command.register(subparsers)
    return parser


def forbid_tracing(settings: Settings) -> None:
    """LangSmith would send conversations to a third party when its variables stand in the environment."""
    if not settings.langsmith:
        os.environ.update(dict.fromkeys(_TRACING, "false"))


def _print_whatever_comes() -> None:
    """A sign that the terminal's encoding lacks becomes a question mark, rather than the end of the program."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; return its exit status: 0 done, 1 failed, 2 bad usage, 130 interrupted."""
    _print_whatever_comes()
    args = _parser().parse_args(argv)
    try:
        return _run(args)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # whoever read us has gone, and nothing more can be said
        return FAILED


def _run(args: argparse.Namespace) -> int:
    # Not at the top: `--help` must not wait for them.
    from agents.models.threads import cap
    from bot.logs import configure
    from bot.settings import Settings
    from bot.settings_invalid import SettingsInvalid
    from bot.worded import status_of, worded

    try:
        settings = Settings.read()
    except SettingsInvalid as error:
        print(error, file=sys.stderr)
        return BAD_USAGE
    configure(_level(args, settings))
    forbid_tracing(settings)
    cap(settings.threads)
    try:
        return int(args.run(args, settings))
    except ParleyError as error:
        print(worded(error, settings), file=sys.stderr)
        return status_of(error)


def _level(args: argparse.Namespace, settings: Settings) -> str:
    """The service tells what it does; where a person sits, only what is wrong is told, unless asked for."""
    if "log_level" in settings.model_fields_set:
        return settings.log_level
    serves = args.command == "run" and (settings.http or settings.telegram_bot_token is not None)
    return "info" if serves else "warning"
