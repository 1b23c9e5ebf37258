"""``python -m bot models``: which models there are and suit this machine, fetching them, placing and trying them."""

from __future__ import annotations

import argparse

from bot.commands import described
from bot.commands.models import check, list, plan, pull, recommend, report, top

__all__ = ["register"]


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "models", help="list, fetch, check and choose models", description=described(__doc__)
    )
    actions = parser.add_subparsers(title="actions", required=True, metavar="ACTION")
    for action in (list, pull, check, plan, recommend, report, top):
        action.register(actions)
