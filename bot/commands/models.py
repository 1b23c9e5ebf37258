"""``python -m bot models``: which models there are, what of them is on this machine, and fetching the rest."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

from bot.commands import described

if TYPE_CHECKING:
    from rich.table import Table

    from agents.models.catalogue import Store
    from agents.models.profiles import Profile
    from bot.settings import Settings

__all__ = ["register"]

_WIDE = 160  # columns where there is no terminal to ask


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser("models", help="list, fetch and check models", description=described(__doc__))
    actions = parser.add_subparsers(title="actions", required=True, metavar="ACTION")
    actions.add_parser("list", help="show profiles and their models").set_defaults(run=show)
    for name, action, text in (
        ("pull", pull, "fetch and verify the models of a profile"),
        ("check", check, "verify every byte of the models that are here"),
    ):
        command = actions.add_parser(name, help=text, description=text)
        command.add_argument("profile", nargs="?", metavar="PROFILE", help="default: the profile in the settings")
        command.set_defaults(run=action)


def show(args: argparse.Namespace, settings: Settings) -> int:
    """Print every profile with its models; the active one carries the settings' overrides."""
    from rich.console import Console

    from agents.models.catalogue import Store
    from agents.models.profiles import profile, profiles

    profile(settings.profile)  # a wrong name is said first
    console, store = Console(width=None if sys.stdout.isatty() else _WIDE), Store(settings.models_dir)
    for name in profiles():
        chosen = _chosen(name, settings)
        console.print(_table(chosen, store, active=name == settings.profile))
        for sentence in _stand_ins(chosen, store):
            console.print(sentence, soft_wrap=True)
    console.print(f"Models are kept in {settings.models_dir}", soft_wrap=True)
    return 0


def pull(args: argparse.Namespace, settings: Settings) -> int:
    """Fetch what the profile lacks. A model that no source has is said, and is no failure."""
    from agents.models.catalogue import Store
    from agents.models.fetch import Fetcher
    from agents.models.sources.hub import Hub
    from agents.models.sources.packages import Packages
    from bot.terminal.fetching import watching

    store = Store(settings.models_dir)
    names = _catalogued(_chosen(args.profile, settings), store)
    hub = Hub(settings.hf_endpoint, settings.proxy, offline=settings.hf_hub_offline)
    with watching() as listen:
        Fetcher(store, hub, Packages(settings.proxy), listen).pull(names)
    return 0


def check(args: argparse.Namespace, settings: Settings) -> int:
    """Hash every file of the profile's models; 1 when one is absent or wrong."""
    from agents.models.catalogue import Store
    from agents.models.fetch import damaged

    store = Store(settings.models_dir)
    wrong = {name: damaged(store, name) for name in _catalogued(_chosen(args.profile, settings), store)}
    for name, files in wrong.items():
        print(f"{name}: {'missing or damaged: ' + ', '.join(files) if files else 'verified'}")
    return 1 if any(wrong.values()) else 0


def _chosen(name: str | None, settings: Settings) -> Profile:
    from agents.models.profiles import ROLES, profile

    chosen = profile(name or settings.profile)
    overrides = {role: getattr(settings, role) for role in ROLES}
    return chosen.overridden(overrides) if chosen.name == settings.profile else chosen


def _catalogued(chosen: Profile, store: Store) -> list[str]:
    """The names of the profile's models whose files the catalogue knows."""
    return [reference.name for reference in chosen.references().values() if reference.name in store]


def _table(chosen: Profile, store: Store, *, active: bool) -> Table:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    title = f"{chosen.name} (active)" if active else chosen.name
    table = Table(
        title=title,
        caption=chosen.notes,
        title_justify="left",
        caption_justify="left",
        box=SIMPLE_HEAD,
        pad_edge=False,
        padding=(0, 1, 0, 0),
    )
    table.add_column("role", no_wrap=True)
    table.add_column("model", no_wrap=True)
    table.add_column("state", no_wrap=True)
    table.add_column("MB", justify="right", no_wrap=True)
    table.add_column("licence", overflow="fold")
    for row in _rows(chosen, store):
        table.add_row(*row)
    return table


def _rows(chosen: Profile, store: Store) -> Iterable[tuple[str, str, str, str, str]]:
    for role, reference in chosen.references().items():
        if reference.name in store:
            entry = store.entry(reference.name)
            yield role, str(reference), _state(entry.name, store), f"{entry.bytes / 1e6:,.0f}", entry.licence
        else:
            yield role, str(reference), "built in", "", ""


def _state(name: str, store: Store) -> str:
    if store.present(name):
        return "present"
    stand_in = store.entry(name).stand_in
    return "stand-in" if stand_in and store.present(stand_in) else "missing"


def _stand_ins(chosen: Profile, store: Store) -> Iterable[str]:
    for name in _catalogued(chosen, store):
        if _state(name, store) == "stand-in":
            yield f"The smaller {store.entry(name).stand_in} stands in for {name}."
