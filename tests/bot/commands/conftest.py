"""The command line in this process, on the scripted profile, with a data folder of its own."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from bot.logs import configure
from bot.settings import Settings


@pytest.fixture
def scripted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """The data folder."""
    monkeypatch.chdir(tmp_path)
    for name in ("TELEGRAM_BOT_TOKEN", "PARLEY_KILLS", "PARLEY_LLM", "PARLEY_LOG_LEVEL", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setenv("PARLEY_PROFILE", "scripted")
    monkeypatch.setenv("PARLEY_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("LANGSMITH_TRACING", "false")  # given back afterwards, whatever the command line sets
    yield tmp_path / "data"
    structlog.reset_defaults()


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    configure("error")
    yield Settings(_env_file=None, data_dir=tmp_path / "data")
    structlog.reset_defaults()
