"""The table of models, as wide as there is room for, with the process and the machine below it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from bot.top.rows import House, Row

if TYPE_CHECKING:
    from rich.console import Group

__all__ = ["shown"]

_WORDS = {"role", "on", "state", "model"}  # the other columns are numbers
_ROOM_FOR_MODELS, _ROOM_FOR_ALL = 150, 112  # columns of a terminal
_LESS = {"calls/s", "batch", "first"}  # which can be done without


def shown(rows: Sequence[Row], house: House, *, width: int, note: str = "") -> Group:
    """For a terminal of ``width`` columns; in a narrow one, models are named below. ``note`` is the last line."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    names = _short(rows)
    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    cells = [_cells(row, names) for row in rows]
    for column in _columns(width):
        folded = column == "model"
        table.add_column(
            column,
            justify="left" if column in _WORDS else "right",
            no_wrap=not folded,
            overflow="fold" if folded else "ellipsis",
        )
    for row in cells:
        table.add_row(*(Text(row[column]) for column in _columns(width)))
    named = () if width >= _ROOM_FOR_MODELS else _legend(cells)
    return Group(table, *(Text(line) for line in (*named, *_footer(house), *filter(None, [note]))))


def _columns(width: int) -> list[str]:
    columns = ["role", "on", "state", "wait", "calls/s", "batch", "queue", "run", "tok/s", "first", "err", "memory"]
    if width >= _ROOM_FOR_MODELS:
        return [*columns, "model"]
    return columns if width >= _ROOM_FOR_ALL else [column for column in columns if column not in _LESS]


def _short(rows: Sequence[Row]) -> dict[str, str]:
    """References without their options, where those are not needed to tell them apart."""
    models = {row.model for row in rows}
    uses = Counter(model.partition("?")[0] for model in models)
    return {model: short if uses[short := model.partition("?")[0]] == 1 else model for model in models}


def _cells(row: Row, names: Mapping[str, str]) -> dict[str, str]:
    memory = "" if row.memory is None else f"{'' if row.measured else '~'}{_size(row.memory)}"
    return {
        "role": ",".join(row.roles) or row.model.partition(":")[0],
        "on": row.device,
        "state": row.state,
        "wait": "" if row.waiting is None else str(row.waiting),
        "calls/s": _number(row.calls),
        "batch": "" if row.batch is None else f"{row.batch:.1f}",
        "queue": _both(row.queue_p50, row.queue_p95),
        "run": _both(row.run_p50, row.run_p95),
        "tok/s": _number(row.tokens),
        "first": _time(row.first_p50),
        "err": str(row.errors) if row.errors else "",
        "memory": memory,
        "model": names[row.model],
    }


def _legend(cells: Sequence[Mapping[str, str]]) -> Iterator[str]:
    """A line a model that has another name there."""
    yield from dict.fromkeys(f"{row['role']}: {row['model']}" for row in cells if row["role"] != row["model"])
    yield ""


def _footer(house: House) -> list[str]:
    desk = f"{house.answered} turns answered, {house.working} in flight, {house.waiting} waiting"
    if house.waiting:
        desk += f", the oldest for {house.oldest:.0f} s"
    process = f"process {_size(house.memory)}, its children {_size(house.children)}, {house.cpu:.1f} cores at work"
    gpus = [f"{device} {_size(used)} of {_size(size)}" for device, used, size in house.gpus]
    span = f"Parley {house.version}, over {house.seconds:.0f} s; times: median/95th percentile; ~ is estimated"
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
