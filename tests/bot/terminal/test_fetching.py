"""Fetching is shown as bars on a terminal and as few plain lines elsewhere; every ending says what it means."""

from __future__ import annotations

from io import StringIO

import pytest
from rich.console import Console

from agents.models.sources.progress import (
    Advanced,
    Began,
    Elsewhere,
    Failed,
    FetchEvent,
    Finished,
    Outcome,
    Reason,
    Waiting,
)
from bot.terminal.fetching import watching


def shown(*events: FetchEvent, terminal: bool = False) -> str:
    out = StringIO()
    with watching(Console(file=out, force_terminal=terminal, width=100)) as listen:
        for event in events:
            listen(event)
    return out.getvalue()


def test_where_there_is_no_terminal_progress_is_at_most_ten_lines_without_control_codes() -> None:
    said = shown(Began("m", "hub m", 1000), *(Advanced("m", done) for done in range(0, 1001, 10)))
    assert len(said.splitlines()) == 11
    assert "m: 100 % of 0.0 MB" in said
    assert "\x1b" not in said


def test_progress_kept_from_an_earlier_try_is_said() -> None:
    said = shown(Began("m", "packages a", 10_000_000, 5_000_000), Advanced("m", 5_000_001), Advanced("m", 6_000_000))
    assert "5.0 MB kept from before" in said
    assert said.splitlines()[1:] == ["m: 60 % of 10.0 MB"]


def test_on_a_terminal_a_bar_moves_and_the_ending_stays() -> None:
    said = shown(
        Waiting(), Began("m", "hub m", 100), Advanced("m", 50), Finished("m", Outcome.FETCHED, 2.0), terminal=True
    )
    assert "waiting" in said
    assert "fetched and verified in 2 s" in said


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (Finished("m", Outcome.KEPT, 0.1), "m: present and verified"),
        (Finished("m", Outcome.STAND_IN, 1, None, "s"), "the smaller s stands in"),
        (Finished("m", Outcome.MISSING, 1), "m: MISSING"),
        (Finished("m", Outcome.UNCHANGED, 1), "m: NOT updated, and as it was before"),
        (Failed("m", "hub m", "m.bin", Reason.WRONG), "m: hub m: wrong content (m.bin)"),
        (Elsewhere("m", "master"), "m: this hub does not know the commit; what its branch master is now is taken"),
    ],
)
def test_every_ending_is_said_in_plain_words(event: FetchEvent, expected: str) -> None:
    assert expected in shown(event)


def test_names_are_shown_as_they_are() -> None:
    assert "[bold]m" in shown(Finished("[bold]m", Outcome.KEPT, 0))
