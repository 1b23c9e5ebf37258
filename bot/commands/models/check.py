"""``python -m bot models check``: try every model of a profile, each in a process of its own.

Its files are verified by their hashes, it is loaded, and works once on a sample of ours; with how long that took, how
much memory it holds, and what it said. Exit status: 0 all work, 1 one does not, 2 bad usage.
"""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from bot.commands import described

if TYPE_CHECKING:
    from bot.checking.order import ModelResult
    from bot.settings import Settings

__all__ = ["add_deadlines", "register", "tried"]

_LOAD, _ANSWER = 600.0, 120.0  # seconds


def register(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    text = "verify, load and try every model of a profile"
    command = actions.add_parser("check", help=text, description=described(__doc__))
    command.add_argument("profile", nargs="?", metavar="PROFILE", help="default: the profile in the settings")
    command.add_argument("--files-only", action="store_true", help="verify the files and load nothing")
    command.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
    add_deadlines(command)
    command.set_defaults(run=check)


def add_deadlines(command: argparse.ArgumentParser) -> None:
    for name, default, what in (("--load-deadline", _LOAD, "loading"), ("--deadline", _ANSWER, "one answer")):
        command.add_argument(
            name, type=_seconds, default=default, metavar="SECONDS", help=f"longest {what} (default: {default:g})"
        )


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= 86_400:
        raise argparse.ArgumentTypeError("seconds are a number above 0, at most 86400")
    return seconds


def check(args: argparse.Namespace, settings: Settings) -> int:
    """Raises ProfileUnknown, ProfilesInvalid, ReferenceInvalid."""
    import json

    from bot.commands.models.choosing import chosen

    if args.files_only and args.json:
        print("--json: does not go with --files-only.", file=sys.stderr)
        return 2
    if args.files_only:
        return _verify(args, settings)
    results = tried(args, settings, contracts=False)
    good = all(result.ok for result in results)
    if args.json:
        name = chosen(args.profile, settings).name
        print(json.dumps({"profile": name, "ok": good, "models": [result.as_json() for result in results]}))
    else:
        from bot.checking.showing import show

        show(results)
    return 0 if good else 1


def tried(args: argparse.Namespace, settings: Settings, *, contracts: bool) -> list[ModelResult]:
    """Every model of the profile, tried with progress on standard error."""
    import asyncio

    from bot.checking.profiles import Deadlines, trials, try_all
    from bot.checking.showing import watching
    from bot.commands.models.choosing import chosen

    found = trials(chosen(args.profile, settings), settings)
    with watching() as listener:
        deadlines = Deadlines(args.load_deadline, args.deadline)
        return asyncio.run(try_all(found, settings, deadlines, listener, contracts=contracts))


def _verify(args: argparse.Namespace, settings: Settings) -> int:
    from agents.models.catalogue import Store
    from bot.checking.profiles import has_files, trials, wrong_files
    from bot.commands.models.choosing import chosen

    store, status = Store(settings.models_dir), 0
    for trial in trials(chosen(args.profile, settings), settings):
        if has_files(trial, store):
            wrong = wrong_files(trial, store)
            status |= int(bool(wrong))
            print(f"{trial.reference.name}: {wrong or 'verified'}", flush=True)
    return status
