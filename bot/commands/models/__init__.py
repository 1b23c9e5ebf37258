"""``python -m bot models``: which models there are, what of them is on this machine, and fetching the rest.

One action a file; each offers ``register(actions)``.
"""

from __future__ import annotations

import argparse

from bot.commands import described
from bot.commands.models import check, list, pull, recommend, report

__all__ = ["register"]


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser("models", help="list, fetch and check models", description=described(__doc__))
    actions = parser.add_subparsers(title="actions", required=True, metavar="ACTION")
    for action in (list, pull, check, recommend, report):
        action.register(actions)
