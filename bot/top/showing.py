"""The table of models, with the process and the machine below it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.top.rows import House, Row

if TYPE_CHECKING:
    from rich.console import Group

__all__ = ["shown"]

_COLUMNS = (
    "model",
    "role",
    "on",
    "state",
    "wait",
    "calls/s",
    "batch",
    "queue",
    "run",
    "tok/s",
    "first",
    "err",
    "memory",
)
_WORDS = {"model", "role", "on", "state"}


def shown(rows: Sequence[Row], house: House, *, note: str = "") -> Group:
    """``note`` goes below everything."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    for column in _COLUMNS:
        table.add_column(column, justify="left" if column in _WORDS else "right", overflow="fold")
    names = _short(rows)
    for row in rows:
        table.add_row(*(Text(cell) for cell in (names[row.model], *_cells(row))))
    lines = [*_footer(house), *filter(None, [note])]
    return Group(table, *(Text(line) for line in lines))


def _short(rows: Sequence[Row]) -> dict[str, str]:
    """References without their options, where those are not needed to tell them apart."""
    models = {row.model for row in rows}
    uses = Counter(model.partition("?")[0] for model in models)
    return {model: short if uses[short := model.partition("?")[0]] == 1 else model for model in models}


def _cells(row: Row) -> tuple[str, ...]:
    return (
        ", ".join(row.roles),
        row.device,
        row.state,
        "" if row.waiting is None else str(row.waiting),
        _number(row.calls),
        "" if row.batch is None else f"{row.batch:.1f}",
        _both(row.queue_p50, row.queue_p95),
        _both(row.run_p50, row.run_p95),
        _number(row.tokens),
        _time(row.first_p50),
        str(row.errors) if row.errors else "",
        "" if row.memory is None else f"{'' if row.measured else '~'}{_size(row.memory)}",
    )


def _footer(house: House) -> list[str]:
    desk = f"{house.answered} turns answered, {house.working} in flight, {house.waiting} waiting"
    if house.waiting:
        desk += f", the oldest for {house.oldest:.0f} s"
    process = f"process {_size(house.memory)}, its children {_size(house.children)}, {house.cpu:.1f} cores at work"
    gpus = [f"{device} {_size(used)} of {_size(size)}" for device, used, size in house.gpus]
    span = f"Parley {house.version}, over {house.seconds:.0f} s; times are the median and the 95th percentile"
    return [desk, "; ".join([process, *gpus]), span]


def _number(rate: float) -> str:
    if not rate:
        return ""
    return f"{rate:.1f}" if rate >= 1 else f"{rate:.2g}"


def _both(half: float | None, most: float | None) -> str:
    return "" if half is None or most is None else f"{_time(half)}/{_time(most)}"


def _time(seconds: float | None) -> str:
    if seconds is None:
        return ""
    return f"{seconds * 1000:.0f}ms" if seconds < 1 else f"{seconds:.1f}s"


def _size(count: float) -> str:
    return f"{count / 1e9:.1f}GB" if count >= 1e9 else f"{count / 1e6:.0f}MB"
