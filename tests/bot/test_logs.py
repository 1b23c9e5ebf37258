"""The log says what went wrong without saying what anybody said."""

from __future__ import annotations

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
