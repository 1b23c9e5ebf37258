"""``python -m bot models plan``: where the models of a profile would go on this machine, and why; nothing is loaded.

What they take is estimated from their files. Exit status: 0 they fit, 2 they do not, with what to do about it.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from bot.commands import described

if TYPE_CHECKING:
    from rich.table import Table

    from agents.models.placement import PlanImpossible
    from agents.models.plan import Placed, Plan
    from agents.models.profiles import Profile
    from bot.settings import Settings

__all__ = ["register"]

_WIDE = 200  # columns where there is no terminal to ask
_UNKNOWN = "unknown"


def register(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    text = "show where the models of a profile go, and why"
    command = actions.add_parser("plan", help=text, description=described(__doc__))
    command.add_argument("profile", nargs="?", metavar="PROFILE", help="default: the profile in the settings")
    command.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
    command.set_defaults(run=plan)


def plan(args: argparse.Namespace, settings: Settings) -> int:
    """Raises ProfileUnknown, ProfilesInvalid, ReferenceInvalid, PlanImpossible."""
    import json

    from agents.models.placement import PlanImpossible
    from bot.chosen import require_address, set_to
    from bot.commands.models.choosing import chosen
    from bot.makings import Makings

    found = chosen(args.profile, settings)
    require_address(found)
    makings = Makings(set_to(found, settings))
    try:
        made = makings.planned(makings.models_of(found))
    except PlanImpossible as error:
        if not args.json:
            raise
        print(json.dumps({"profile": found.name, "fits": False} | _refused(error)))
        return 2
    if args.json:
        print(json.dumps({"profile": found.name, "fits": True} | _as_json(made, settings)))
    else:
        _show(made, found, settings)
    return 0


def _refused(error: PlanImpossible) -> dict[str, Any]:
    return {"facts": error.facts, "reliefs": [relief.words for relief in error.reliefs]}


def _as_json(made: Plan, settings: Settings) -> dict[str, Any]:
    from agents.models.plan import RAM
    from agents.models.threads import budget, cores

    return {
        "models": [_model(one) for one in made.placed],
        "taken": made.taken(),
        "budgets": {RAM: made.room.ram, **made.room.gpus},
        "libraries": made.libraries(),
        "warnings": made.warnings,
        "threads": asdict(budget(cores())),
        "idle_minutes": settings.idle_minutes,
    }


def _model(one: Placed) -> dict[str, Any]:
    return {
        "reference": str(one.wish.reference),
        "roles": one.wish.roles,
        "place": one.place,
        "devices": one.devices,
        "reason": one.reason,
        "known": _sizes(one)[0] != _UNKNOWN,
        "ram": one.ram,
        "vram": dict(one.vram),
    }


def _show(made: Plan, profile: Profile, settings: Settings) -> None:
    from rich.console import Console

    console = Console(width=None if sys.stdout.isatty() else _WIDE, highlight=False)
    console.print(_table(made, profile.name))
    for line in (*_totals(made, settings), *_reckoned(made, profile)):
        console.print(line, soft_wrap=True, markup=False)


def _threads() -> list[str]:
    from agents.models.threads import budget, cores

    found = budget(cores())
    counts = {"cores": found.cores, "llm": found.llm, "sense": found.sense}
    names = {"cores": "cores", "llm": "threads of a language model", "sense": "threads of a sense"}
    return [f"{names[kind]}: {count} ({found.reasons[kind]})" for kind, count in counts.items()]


def _reckoned(made: Plan, profile: Profile) -> list[str]:
    """What the profile says of itself, where files cannot tell yet."""
    unknown = [one for one in made.placed if _sizes(one)[0] == _UNKNOWN]
    sizes = {"memory": profile.ram_gb, "GPU memory": profile.vram_gb}
    told = " and ".join(f"{size:g} GB of {where}" for where, size in sizes.items() if size)
    if not unknown or not told:
        return []
    return [f"Models of unknown size: {len(unknown)}; all of {profile.name} takes about {told} when it works."]


def _table(made: Plan, profile: str) -> Table:
    from rich.box import SIMPLE_HEAD
    from rich.markup import escape
    from rich.table import Table

    table = Table(title=f"Plan of {escape(profile)}", title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    for name in ("model", "roles", "where", "then"):
        table.add_column(name, overflow="fold")
    for name in ("memory", "GPU memory"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("why", overflow="fold", ratio=1)
    for one in made.placed:
        cells = (_name(one), ", ".join(one.wish.roles), one.place, " > ".join(one.devices[1:]))
        table.add_row(*map(escape, (*cells, *_sizes(one), one.reason)))
    return table


def _name(one: Placed) -> str:
    return f"{one.wish.reference.backend}:{one.wish.reference.name}"


def _sizes(one: Placed) -> tuple[str, str]:
    from agents.models.plan import gigabytes

    if one.wish.elsewhere or one.left_out:
        return "", ""
    if one.footprint is None:
        return _UNKNOWN, ""
    return gigabytes(one.ram), gigabytes(sum(one.vram.values())) if one.vram else ""


def _totals(made: Plan, settings: Settings) -> list[str]:
    """What is taken of each budget, what libraries take, and what else was decided."""
    from agents.models.plan import RAM, gigabytes

    lines = [
        f"{'memory' if device == RAM else device}: about {gigabytes(taken)} of {gigabytes(budget)}"
        for device, taken in made.taken().items()
        if (budget := made.room.ram if device == RAM else made.room.gpus.get(device)) is not None
    ]
    lines += [f"{name}, once for all: {gigabytes(size)} of memory" for name, size in made.libraries().items()]
    lines += [f"{gpu}: left out by PARLEY_GPUS" for gpu in made.room.closed]
    idle = settings.idle_minutes
    lines += _threads()
    lines.append("Models stay in memory." if idle is None else f"A model leaves memory after {idle:g} minutes idle.")
    return [*lines, *(f"Careful: {warning}" for warning in made.warnings)]
