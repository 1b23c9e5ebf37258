"""``python -m bot models check``: verify every byte of the models that are here."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.settings import Settings

__all__ = ["register"]


def register(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    text = "verify every byte of the models that are here"
    command = actions.add_parser("check", help=text, description=text)
    command.add_argument("profile", nargs="?", metavar="PROFILE", help="default: the profile in the settings")
    command.set_defaults(run=check)


def check(args: argparse.Namespace, settings: Settings) -> int:
    """Hash every file of the profile's models; 1 when one is absent or wrong."""
    from agents.models.catalogue import Store
    from agents.models.fetch import damaged
    from bot.commands.models.choosing import catalogued, chosen

    store = Store(settings.models_dir)
    wrong = {name: damaged(store, name) for name in catalogued(chosen(args.profile, settings), store)}
    for name, files in wrong.items():
        print(f"{name}: {'missing or damaged: ' + ', '.join(files) if files else 'verified'}")
    return 1 if any(wrong.values()) else 0
