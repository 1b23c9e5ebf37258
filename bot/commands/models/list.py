"""``python -m bot models list``: every profile with its models, and what of them is on this machine."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from bot.commands import described

if TYPE_CHECKING:
    from rich.table import Table

    from agents.models.catalogue import Store
    from agents.models.entry import Entry
    from agents.models.profiles import Profile
    from agents.models.reference import ModelReference
    from bot.settings import Settings

__all__ = ["register"]

_WIDE = 200  # columns where there is no terminal to ask


def register(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    text = "show profiles and their models, and what is installed"
    actions.add_parser("list", help=text, description=described(__doc__)).set_defaults(run=show)


def show(args: argparse.Namespace, settings: Settings) -> int:
    """Print every profile with its models; the active one carries the settings' overrides."""
    from rich.console import Console

    from agents.models.catalogue import Store
    from agents.models.profiles import profiles
    from bot.commands.models.choosing import chosen

    chosen(None, settings)  # what is wrong is said first
    console, store = Console(width=None if sys.stdout.isatty() else _WIDE), Store(settings.models_dir)
    for name in profiles(settings.profiles):
        found = chosen(name, settings)
        title = _title(found, active=name == settings.profile)
        console.print(_table(title, found.notes, ("role", "model", "state"), _rows(found, store)))
        for sentence in _stand_ins(found, store):
            console.print(sentence, soft_wrap=True)
    installed = [(entry.name, _commit(entry), _megabytes(entry), entry.licence) for entry in store.installed()]
    console.print(_table("installed", f"Kept in {settings.models_dir}", ("model", "commit"), installed))
    return 0


def _title(found: Profile, *, active: bool) -> str:
    sizes = [
        f"{size:g} GB of {where}" for size, where in ((found.ram_gb, "memory"), (found.vram_gb, "GPU memory")) if size
    ]
    takes = f": about {' and '.join(sizes)}" if sizes else ""
    return f"{found.name}{' (active)' if active else ''}{takes}"


def _table(title: str, caption: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
    from rich.box import SIMPLE_HEAD
    from rich.markup import escape
    from rich.table import Table

    table = Table(
        title=escape(title),
        caption=escape(caption),
        title_justify="left",
        caption_justify="left",
        box=SIMPLE_HEAD,
        pad_edge=False,
        padding=(0, 1, 0, 0),
    )
    for column in columns:
        table.add_column(column, overflow="fold", no_wrap=column != "model")
    table.add_column("MB", justify="right", no_wrap=True)
    table.add_column("licence", overflow="fold")
    for row in rows:
        table.add_row(*(escape(cell) for cell in row))
    return table


def _rows(found: Profile, store: Store) -> Iterable[tuple[str, str, str, str, str]]:
    """One for each reference, with the roles that share it."""
    roles: dict[str, list[str]] = {}
    references = {str(reference): (role, reference) for role, reference in found.models()}
    for role, reference in found.models():
        roles.setdefault(str(reference), []).append(role)
    for text, (role, reference) in references.items():
        yield ", ".join(roles[text]), text, *_found(role, reference, store)


def _found(role: str, reference: ModelReference, store: Store) -> tuple[str, str, str]:
    """State, size and licence."""
    from agents.errors import ReferenceInvalid
    from bot.needs import needed

    try:
        wanted = needed(role, reference, store)
    except ReferenceInvalid:
        return "no such backend", "", ""
    if wanted is None:
        return _elsewhere(reference), "", ""
    key, here = store.key(wanted), store.has(wanted)
    entry = store.entry(key) if here or key in store else None
    state = "present" if here else _missing(key, store)
    return state, _megabytes(entry) if entry else "", entry.licence if entry else ""


def _elsewhere(reference: ModelReference) -> str:
    if "://" in reference.name or reference.backend == "openai":
        return "remote"
    return "local" if reference.is_place else "built in"


def _missing(key: str, store: Store) -> str:
    stand_in = store.entry(key).stand_in if key in store else None
    return "stand-in" if stand_in and store.present(stand_in) else "missing"


def _stand_ins(found: Profile, store: Store) -> Iterable[str]:
    keys = [reference.name for _, reference in found.models() if reference.name in store]
    for key in dict.fromkeys(keys):
        if not store.present(key) and _missing(key, store) == "stand-in":
            yield f"The smaller {store.entry(key).stand_in} stands in for {key}."


def _commit(entry: Entry) -> str:
    return entry.revision[:10] if entry.revision else ""


def _megabytes(entry: Entry) -> str:
    return f"{entry.bytes / 1e6:,.0f}"
