"""The log says what went wrong without saying what anybody said."""

from __future__ import annotations

import errno
import sys
from collections.abc import Iterator

import pytest
import structlog

from bot.logs import configure


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    yield
    structlog.reset_defaults()


def test_an_exception_is_logged_by_type_and_place_without_its_text(capsys: pytest.CaptureFixture[str]) -> None:
    configure("info")
    said = "my PIN is 4711"
    try:
        raise ValueError(said)
    except ValueError:
        structlog.get_logger().exception("row broke its worker", row=7)
    logged = capsys.readouterr().err
    assert "row broke its worker" in logged
    assert "ValueError" in logged
    assert "test_logs.py" in logged
    assert "4711" not in logged


def test_an_event_without_an_exception_is_logged_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    configure("info")
    structlog.get_logger().info("inbox recovered", rows=3)
    logged = capsys.readouterr().err
    assert "inbox recovered" in logged
    assert "rows" in logged
    assert "error" not in logged


@pytest.mark.parametrize("error", [BrokenPipeError(), OSError(errno.ENOSPC, "no space left")])
def test_a_line_that_nobody_takes_is_lost_and_stops_nobody(monkeypatch: pytest.MonkeyPatch, error: OSError) -> None:
    class Closed:
        written = 0

        def isatty(self) -> bool:
            return False

        def write(self, _: str) -> None:
            self.written += 1
            raise error

    closed = Closed()
    monkeypatch.setattr(sys, "stderr", closed)
    configure("debug")
    log = structlog.get_logger()
    levels = (log.debug, log.info, log.warning, log.error, log.critical, log.exception)
    for tell in levels:
        tell("inbox recovered")
    assert closed.written == len(levels)
