"""The command line: one parser over the commands of ``bot/commands``."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from agents.errors import ParleyError
from bot.commands import chat, inbox, log, models, run

if TYPE_CHECKING:
    from bot.settings import Settings

__all__ = ["main"]

FAILED, BAD_USAGE, INTERRUPTED = 1, 2, 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bot", description="Parley: a self-hosted assistant that hears, sees and answers."
    )
    subparsers = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for command in (run, chat, models, log, inbox):
        command.register(subparsers)
    return parser


def _forbid_tracing(settings: Settings) -> None:
    """LangSmith would send conversations to a third party when its variables stand in the environment."""
    if not settings.langsmith:
        os.environ["LANGSMITH_TRACING"] = os.environ["LANGCHAIN_TRACING_V2"] = "false"


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; return its exit status: 0 done, 1 failed, 2 bad usage."""
    args = _parser().parse_args(argv)
    # Not at the top: `--help` must not wait for them.
    from bot.logs import configure
    from bot.settings import Settings, SettingsInvalid

    try:
        settings = Settings.read()
    except SettingsInvalid as error:
        print(error, file=sys.stderr)
        return BAD_USAGE
    configure(settings.log_level)
    _forbid_tracing(settings)
    try:
        return int(args.run(args, settings))
    except ParleyError as error:
        print(f"{error.code}: {error}", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        return INTERRUPTED
