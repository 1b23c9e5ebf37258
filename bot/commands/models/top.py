"""``python -m bot models top``: how the models of the running assistant do, live.

Asks GET /metrics on the port of the web chat, which Prometheus may ask as well. Of each model: the calls that wait, how
long they waited and ran (the median and the 95th percentile), how many went together, tokens of replies, errors and
memory (~ is estimated). Ctrl-C stops. Exit status: 0 shown, 1 nobody answers, 2 bad usage.
"""

from __future__ import annotations

import argparse
import sys
import time
from typing import TYPE_CHECKING

from bot.commands import described

if TYPE_CHECKING:
    from bot.settings import Settings
    from bot.top.asking import Asker
    from bot.top.scrape import Scrape

__all__ = ["register"]

_WIDE = 200  # columns where there is no terminal to ask


def register(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    text = "show how the models of the running assistant do, live"
    command = actions.add_parser("top", help=text, description=described(__doc__))
    command.add_argument("--url", metavar="URL", help="where the assistant is (default: where the settings serve it)")
    command.add_argument("--once", action="store_true", help="show what happened since it started, and end")
    command.add_argument("--json", action="store_true", help="print one JSON object a look, on a line")
    command.add_argument(
        "--interval", type=_seconds, default=2.0, metavar="SECONDS", help="between two looks (default: 2, at least 1)"
    )
    command.set_defaults(run=top)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 1 <= seconds <= 3600:
        raise argparse.ArgumentTypeError("seconds are a number from 1 to 3600")
    return seconds


def top(args: argparse.Namespace, settings: Settings) -> int:
    from bot.top.asking import Asker, Unanswered, address_of

    token = settings.metrics_token or settings.http_token
    try:
        asker = Asker(address_of(settings, args.url), token.get_secret_value() if token else None)
        if args.json:
            _print_lines(asker, args)
        elif args.once or not sys.stdout.isatty():
            _print_table(asker.ask())
        else:
            _show(asker, asker.ask(), args.interval)
    except Unanswered as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _print_table(now: Scrape) -> None:
    from rich.console import Console

    from bot.top.rows import house, rows
    from bot.top.showing import shown

    console = Console(width=None if sys.stdout.isatty() else _WIDE)
    console.print(shown(rows(now), house(now), width=console.width))


def _print_lines(asker: Asker, args: argparse.Namespace) -> None:
    """One line a look, until whoever reads has enough. Raises Unanswered."""
    import json
    from dataclasses import asdict

    from bot.top.rows import house, rows

    before, now = None, asker.ask()
    while True:
        told = {"house": asdict(house(now, before)), "models": [asdict(row) for row in rows(now, before)]}
        print(json.dumps(told), flush=True)
        if args.once:
            return
        time.sleep(args.interval)
        before, now = now, asker.ask()


def _show(asker: Asker, now: Scrape, interval: float) -> None:
    """Until Ctrl-C; the terminal is then as it was. When the assistant is away, its last figures stay."""
    from rich.live import Live

    from bot.top.asking import Unanswered
    from bot.top.rows import house, rows
    from bot.top.showing import shown

    before: Scrape | None = None
    note = ""
    with Live(screen=True, auto_refresh=False) as live:
        while True:
            width = live.console.width
            live.update(shown(rows(now, before), house(now, before), width=width, note=note), refresh=True)
            time.sleep(interval)
            try:
                before, now, note = now, asker.ask(), ""
            except Unanswered as error:
                note = str(error)
