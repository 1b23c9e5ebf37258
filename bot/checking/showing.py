"""Trials as an operator sees them: how far they are on standard error, and a table of how they went."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bot.checking.profiles import Listener, Trial
from bot.terminal.plain import plain

if TYPE_CHECKING:
    from rich.status import Status

    from bot.checking.order import ModelResult, RoleResult

__all__ = ["show", "watching"]

_WIDE = 200  # columns where there is no terminal to ask


class _Lines(Listener):
    """A line as a model begins and as it ends."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def step(self, trial: Trial, step: str) -> None:
        if step == "verifying":
            self._console.print(_safe(f"{', '.join(trial.roles)}: trying {trial.reference}"))

    def done(self, result: ModelResult) -> None:
        roles = ", ".join(role.role for role in result.roles)
        self._console.print(_safe(f"{roles}: {'ok' if result.ok else 'FAILED'}"))


class _Spinner(_Lines):
    """A line that changes, and a line for each model that is done."""

    def __init__(self, console: Console, status: Status) -> None:
        super().__init__(console)
        self._status = status

    def step(self, trial: Trial, step: str) -> None:
        self._status.update(_safe(f"{', '.join(trial.roles)}: {step} {trial.reference}"))


@contextmanager
def watching(console: Console | None = None) -> Iterator[Listener]:
    """On a terminal a spinner, elsewhere plain lines; on standard error, since standard output is for results."""
    console = console or Console(stderr=True, highlight=False, soft_wrap=True)
    if not console.is_terminal or console.is_dumb_terminal:
        yield _Lines(console)
        return
    with console.status("starting") as status:
        yield _Spinner(console, status)


def show(results: Sequence[ModelResult]) -> None:
    """Which models, a table of how they did, then what went wrong and what to do about it."""
    console = Console(width=None if sys.stdout.isatty() else _WIDE, highlight=False)
    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    for name in ("role", "result"):
        table.add_column(name, no_wrap=True)
    for name in ("load s", "answer s", "RAM MB", "est.", "VRAM MB", "est."):
        table.add_column(name, justify="right", no_wrap=True)
    if promised := any(role.contracts for result in results for role in result.roles):
        table.add_column("contracts", justify="right", no_wrap=True)
    table.add_column("output", overflow="fold")
    for result in results:
        for role in result.roles:
            kept = (f"{sum(one.ok for one in role.contracts)}/{len(role.contracts)}",) if promised else ()
            table.add_row(*_row(result, role, first=role is result.roles[0]), *kept, _said(role))
    for result in results:
        roles = ", ".join(role.role for role in result.roles)
        console.print(_safe(f"{roles}: {result.reference}"), soft_wrap=True)
    console.print(table)
    for sentence in _sentences(results):
        console.print(_safe(sentence), soft_wrap=True)


def _row(result: ModelResult, role: RoleResult, *, first: bool) -> tuple[str, ...]:
    """All but what it said. What the roles of a model share stands in the first of its rows alone."""
    state = "ok" if role.ok and not result.error else "FAILED"
    if not first:
        return role.role, state, "", _number(role.seconds), "", "", "", ""
    taken = (result.ram_peak, result.ram_estimated, result.vram, result.vram_estimated)
    return role.role, state, _number(result.load_seconds), _number(role.seconds), *map(_megabytes, taken)


def _said(role: RoleResult) -> str:
    return _safe(role.output) + (" (not what was expected)" if role.as_expected is False else "")


def _sentences(results: Sequence[ModelResult]) -> Iterator[str]:
    for result in results:
        if result.asked:
            yield f"{result.reference} stands in for {result.asked}, which is not installed."
        if result.error:
            yield f"{result.reference}: {result.error}{f'; {result.remedy}' if result.remedy else ''}."
        for role in result.roles:
            for contract in role.contracts:
                if not contract.ok:
                    yield f"{result.reference}, {role.role}: not kept: {contract.name} ({contract.detail})."


def _safe(text: str) -> str:
    """What a model or a host said, without what a terminal would obey."""
    return escape(plain(text))


def _number(seconds: float | None) -> str:
    return "" if seconds is None else f"{seconds:.2f}"


def _megabytes(count: int | None) -> str:
    return "" if count is None else f"{count / 1e6:,.0f}"
