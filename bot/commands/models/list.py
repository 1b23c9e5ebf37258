"""``python -m bot models list``: every profile with its models, and what of them is on this machine."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.table import Table

    from agents.models.catalogue import Store
    from agents.models.profiles import Profile
    from bot.settings import Settings

__all__ = ["register"]

_WIDE = 160  # columns where there is no terminal to ask


def register(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    text = "show profiles and their models"
    actions.add_parser("list", help=text, description=text).set_defaults(run=show)


def show(args: argparse.Namespace, settings: Settings) -> int:
    """Print every profile with its models; the active one carries the settings' overrides."""
    from rich.console import Console

    from agents.models.catalogue import Store
    from agents.models.profiles import profile, profiles
    from bot.commands.models.choosing import chosen

    profile(settings.profile)  # a wrong name is said first
    console, store = Console(width=None if sys.stdout.isatty() else _WIDE), Store(settings.models_dir)
    for name in profiles():
        found = chosen(name, settings)
        console.print(_table(found, store, active=name == settings.profile))
        for sentence in _stand_ins(found, store):
            console.print(sentence, soft_wrap=True)
    console.print(f"Models are kept in {settings.models_dir}", soft_wrap=True)
    return 0


def _table(found: Profile, store: Store, *, active: bool) -> Table:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    title = f"{found.name} (active)" if active else found.name
    table = Table(
        title=title,
        caption=found.notes,
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
    for row in _rows(found, store):
        table.add_row(*row)
    return table


def _rows(found: Profile, store: Store) -> Iterable[tuple[str, str, str, str, str]]:
    for role, reference in found.references().items():
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


def _stand_ins(found: Profile, store: Store) -> Iterable[str]:
    from bot.commands.models.choosing import catalogued

    for name in catalogued(found, store):
        if _state(name, store) == "stand-in":
            yield f"The smaller {store.entry(name).stand_in} stands in for {name}."
