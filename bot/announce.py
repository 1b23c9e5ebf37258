"""What the operator sees at start: which profile and models are active, and what is missing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape

from bot.models import Loaded, Models
from bot.outline import outline

__all__ = ["Announcer"]


class Announcer:
    """Prints to standard error, so that standard output stays for answers."""

    def __init__(self) -> None:
        self._console = Console(stderr=True, highlight=False, emoji=False, soft_wrap=True)

    def profile(self, models: Models) -> None:
        self._console.print(f"Parley, profile [bold]{escape(models.profile.name)}[/bold]; loading models")
        for role, asked in models.stand_ins.items():
            self._console.print(
                f"  {role}: {escape(asked)} is not installed, {escape(models.references[role])} stands in. "
                f"Fetch it with `python -m bot models pull {escape(models.profile.name)}`."
            )
        for line in outline(models.plan):
            self._console.print(f"  {escape(line)}")

    @contextmanager
    def loading(self) -> Iterator[None]:
        """A spinner until every model is loaded, on a terminal alone."""
        if not self._console.is_terminal or self._console.is_dumb_terminal:
            yield
            return
        with self._console.status("loading", spinner="dots"):
            self._console.show_cursor(True)  # so that it is there even when loading is broken off
            yield

    def loaded(self, model: Loaded) -> None:
        outcome = f"failed: {model.error}" if model.error else f"ready in {model.seconds:.1f} s"
        self._console.print(f"  {model.role:8}{escape(model.reference)}  {escape(outcome)}")
        for reference, error in model.unloaded.items():
            self._console.print(f"  {model.role:8}{escape(reference)}  {escape(f'failed: {error}')}")

    def up(self, *, telegram: bool, web: str | None, everybody: bool, nobody: bool) -> None:
        """``web`` is an address; whom Telegram admits matters there alone."""
        who = "everybody" if everybody else "nobody yet: set PARLEY_ACCESS" if nobody else "the people in PARLEY_ACCESS"
        doors = [f"Telegram, answering {who}"] if telegram else []
        doors += [web] if web else []
        self._console.print(f"[bold]Up[/bold] on {', and on '.join(doors)}. Ctrl-C stops.")
