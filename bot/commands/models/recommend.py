"""``python -m bot models recommend``: look at this machine and name a profile, with the reasons and what to do next."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from bot.commands import described

if TYPE_CHECKING:
    from pathlib import Path

    from agents.models.catalogue import Store
    from agents.models.profiles import Profile
    from agents.models.recommending import Recommendation
    from bot.settings import Settings

__all__ = ["register"]


def register(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    text = "look at this machine and name a profile"
    command = actions.add_parser("recommend", help=text, description=described(__doc__))
    command.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
    command.set_defaults(run=recommended)


def recommended(args: argparse.Namespace, settings: Settings) -> int:
    """Raises ProfilesInvalid."""
    import json
    import shutil
    from dataclasses import asdict

    from agents.models.catalogue import Store
    from agents.models.devices import machine
    from agents.models.profiles import profiles
    from agents.models.recommending import recommend

    store, known = Store(settings.models_dir), profiles(settings.profiles)
    free = shutil.disk_usage(_existing(settings.models_dir)).free
    found = recommend(machine(), known, free, {name: _to_fetch(one, store) for name, one in known.items()})
    print(json.dumps(asdict(found)) if args.json else _worded(found))
    return 0


def _existing(folder: Path) -> Path:
    """The folder, or the nearest above it that is there already."""
    return next(place for place in (folder.absolute(), *folder.absolute().parents) if place.exists())


def _to_fetch(profile: Profile, store: Store) -> int:
    """Bytes of the catalogue's models that are not here; the sizes of others are known only when they are pulled."""
    names = {reference.name for _, reference in profile.models() if reference.name in store}
    return sum(store.entry(name).bytes for name in names if not store.present(name))


def _worded(found: Recommendation) -> str:
    lines = [f"Recommended profile: {found.profile}", "", *(f"  {reason}" for reason in found.reasons)]
    if found.advice:
        lines += ["", *(f"  {advice}" for advice in found.advice)]
    return "\n".join([*lines, "", "What to do:", *(f"  {command}" for command in found.commands)])
