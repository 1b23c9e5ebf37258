"""The command line: one parser over the commands of ``bot/commands``."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from pydantic import ValidationError

from agents.errors import ParleyError
from bot.commands import chat, inbox, log, models, run
from bot.logs import configure
from bot.settings import Settings

__all__ = ["main"]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bot", description="Parley: a self-hosted assistant that hears, sees and answers."
    )
    subparsers = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for command in (run, chat, models, log, inbox):
        command.register(subparsers)
    return parser


def _explain(error: ValidationError) -> str:
    lines = []
    for problem in error.errors():
        field = str(problem["loc"][0]) if problem["loc"] else "settings"
        name = field if field.isupper() else f"PARLEY_{field.upper()}"
        lines.append(f"{name}: {problem['msg']}. See .env.example.")
    return "\n".join(lines)


def _forbid_tracing(settings: Settings) -> None:
    """LangSmith would send conversations to a third party when its variables stand in the environment."""
    if not settings.langsmith:
        os.environ["LANGSMITH_TRACING"] = os.environ["LANGCHAIN_TRACING_V2"] = "false"


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; return its exit status: 0 done, 1 failed, 2 bad usage."""
    args = _parser().parse_args(argv)
    try:
        settings = Settings()
    except ValidationError as error:
        print(_explain(error), file=sys.stderr)
        return 2
    configure(settings.log_level)
    _forbid_tracing(settings)
    try:
        return int(args.run(args, settings))
    except ParleyError as error:
        print(f"{error.code}: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
