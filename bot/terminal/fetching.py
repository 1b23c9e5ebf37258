"""Shows models being fetched: bars on a terminal, plain lines elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from agents.models.sources.progress import (
    Advanced,
    Began,
    Elsewhere,
    Failed,
    FetchEvent,
    Finished,
    Listener,
    Outcome,
    Waiting,
)

__all__ = ["Lines", "watching"]


class Lines:
    """Says each event in a line; progress at every tenth of a model."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._total = 0
        self._tenths = 0

    def __call__(self, event: FetchEvent) -> None:
        if isinstance(event, Advanced):
            self._advance(event)
            return
        if isinstance(event, Began):
            self._total, self._tenths = event.bytes, event.done * 10 // max(event.bytes, 1)
        self._say(_sentence(event))

    def _advance(self, event: Advanced) -> None:
        tenths = event.done * 10 // max(self._total, 1)
        if tenths > self._tenths:
            self._tenths = tenths
            self._say(f"{event.model}: {tenths * 10} % of {_megabytes(self._total)}")

    def _say(self, sentence: str) -> None:
        self._console.print(escape(sentence), soft_wrap=True, highlight=False)


class _Bars:
    """A bar for the model being fetched, lines above it for what ended."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._bar: TaskID | None = None

    def __call__(self, event: FetchEvent) -> None:
        if isinstance(event, Advanced):
            if self._bar is not None:
                self._progress.update(self._bar, completed=event.done)
            return
        self._clear()
        if isinstance(event, Began):
            self._bar = self._progress.add_task(escape(event.model), total=event.bytes, completed=event.done)
        else:
            self._progress.console.print(escape(_sentence(event)), soft_wrap=True, highlight=False)

    def _clear(self) -> None:
        if self._bar is not None:
            self._progress.remove_task(self._bar)
            self._bar = None


@contextmanager
def watching(console: Console | None = None) -> Iterator[Listener]:
    """A listener that shows fetching on the console, standard output unless told."""
    console = console or Console()
    if not console.is_terminal:
        yield Lines(console)
        return
    columns = TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn()
    with Progress(*columns, console=console, transient=True) as progress:
        yield _Bars(progress)


def _sentence(event: Waiting | Began | Failed | Elsewhere | Finished) -> str:
    match event:
        case Waiting():
            return "Another process is fetching models; waiting for it."
        case Began():
            kept = f", {_megabytes(event.done)} kept from before" if event.done else ""
            return f"{event.model}: fetching {_megabytes(event.bytes)} from {event.source}{kept}"
        case Failed():
            return f"{event.model}: {event.source}: {event.reason} ({event.what})"
        case Elsewhere():
            return f"{event.model}: this hub does not know the commit; what its branch {event.branch} is now is taken"
        case Finished():
            return _ending(event)


def _ending(event: Finished) -> str:
    match event.outcome:
        case Outcome.KEPT:
            return f"{event.model}: present and verified"
        case Outcome.FETCHED:
            return f"{event.model}: fetched and verified in {event.seconds:.0f} s"
        case Outcome.STAND_IN:
            return f"{event.model}: not to be had now; the smaller {event.instead} stands in. {_AGAIN}"
        case Outcome.UNCHANGED:
            return f"{event.model}: NOT updated, and as it was before"
        case Outcome.MISSING:
            return f"{event.model}: MISSING, no source has it now; what needs it will not work. {_AGAIN}"


_AGAIN = "Try again with `python -m bot models pull`."


def _megabytes(count: int) -> str:
    return f"{count / 1e6:.1f} MB"
