"""``python -m bot models report``: try every model of a profile and write how it went into one file.

For machines Parley was not built on, those with GPUs above all: the file holds the devices, versions, times, memory
and which promises of its port each model keeps. It holds no conversations, keys, addresses, host names or paths. Send
it as an issue. Exit status: 0 written, whatever the models did; 1 not written; 2 bad usage.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bot.commands import described
from bot.commands.models.check import add_deadlines

if TYPE_CHECKING:
    from bot.settings import Settings

__all__ = ["register"]


def register(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    text = "write a file on how the models do here, to send back"
    command = actions.add_parser("report", help=text, description=described(__doc__))
    command.add_argument("profile", nargs="?", metavar="PROFILE", help="default: the profile in the settings")
    command.add_argument(
        "--output", type=Path, metavar="FILE", help="default: parley-report-<date>.json in this folder"
    )
    add_deadlines(command)
    command.set_defaults(run=write)


def write(args: argparse.Namespace, settings: Settings) -> int:
    """Raises ProfileUnknown, ProfilesInvalid, ReferenceInvalid."""
    import json
    from datetime import UTC, datetime

    from bot.commands.models.check import tried
    from bot.commands.models.choosing import chosen

    output = args.output or Path(f"parley-report-{datetime.now(UTC).date().isoformat()}.json")
    if not output.absolute().parent.is_dir():
        return _unwritten(output, "there is no such folder")
    results = tried(args, settings, contracts=True)
    from bot.checking.report import report
    from bot.checking.showing import show

    told = report(chosen(args.profile, settings), settings, results)
    show(results)
    try:
        output.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    except OSError as error:
        return _unwritten(output, str(error.strerror))
    print(f"Written to {output}. Have a look at it, and send it as an issue of Parley.")
    return 0


def _unwritten(output: Path, why: str) -> int:
    print(f"--output {output}: {why}.", file=sys.stderr)
    return 1
