"""The figures as a table for people and as JSON for programs."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from rich.table import Table

from tests.bench.figures import Figure

__all__ = ["table_of", "write_json"]

_MET = {True: "[green]met[/green]", False: "[red]missed[/red]", None: ""}


def table_of(measured: Mapping[str, Sequence[Figure]]) -> Table:
    """One table, a section a part."""
    table = Table(title=f"Parley on {os.cpu_count()} cores, Python {platform.python_version()}")
    table.add_column("part")
    table.add_column("what", overflow="fold")
    table.add_column("figure", justify="right")
    table.add_column("target", justify="right")
    table.add_column("")
    for part, figures in measured.items():
        for number, figure in enumerate(figures):
            shown = f"{_number(figure.value)} {figure.unit}".strip()
            table.add_row("" if number else part, figure.what, shown, _target(figure), _MET[figure.met])
        table.add_section()
    return table


def write_json(path: Path, measured: Mapping[str, Sequence[Figure]], failed: Sequence[str]) -> None:
    """Write every figure with what it was measured on; ``failed`` names the parts that could not be measured."""
    path.parent.mkdir(parents=True, exist_ok=True)
    told = {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "parts": {part: [asdict(f) | {"met": f.met} for f in figures] for part, figures in measured.items()},
        "failed": list(failed),
    }
    path.write_text(json.dumps(told, indent=2) + "\n")


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def _target(figure: Figure) -> str:
    if figure.target is None:
        return ""
    return f"{'>=' if figure.at_least else '<='} {_number(figure.target)} {figure.unit}".strip()
