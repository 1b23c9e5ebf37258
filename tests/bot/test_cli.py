"""The command line as a whole: what must hold whichever command runs."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from langsmith import utils

from bot.cli import forbid_tracing
from bot.settings import Settings
from tests.process import ROOT

SWITCHES = ("LANGSMITH_TRACING", "LANGSMITH_TRACING_V2", "LANGCHAIN_TRACING", "LANGCHAIN_TRACING_V2")


@pytest.fixture(autouse=True)
def _as_if_just_started(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No switch set, and nothing that LangSmith remembers of another environment."""
    for name in SWITCHES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANGSMITH_API_KEY", "key-of-no-value")
    utils.get_env_var.cache_clear()
    yield
    utils.get_env_var.cache_clear()


@pytest.mark.parametrize("switch", SWITCHES)
def test_the_environment_alone_does_not_send_conversations_to_langsmith(
    monkeypatch: pytest.MonkeyPatch, switch: str
) -> None:
    monkeypatch.setattr(os, "environ", os.environ.copy() | {switch: "true"})
    assert utils.tracing_is_enabled(), "else this test proves nothing"
    utils.get_env_var.cache_clear()
    forbid_tracing(Settings(_env_file=None))
    assert not utils.tracing_is_enabled()


def test_langsmith_traces_when_parleys_own_setting_asks_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGSMITH_TRACING", "true")
    monkeypatch.setenv("PARLEY_LANGSMITH", "true")
    forbid_tracing(Settings(_env_file=None))
    assert utils.tracing_is_enabled()


def test_signs_the_terminal_cannot_show_do_not_end_the_program(tmp_path: Path) -> None:
    environment = os.environ | {"PARLEY_PROFILE": "scripted", "PARLEY_DATA_DIR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-m", "bot", "chat", "--text", "café 你好"],
        cwd=tmp_path, env=environment | {"PYTHONIOENCODING": "latin-1"}, capture_output=True, check=True,
    )  # fmt: skip
    assert "café ??" in done.stdout.decode("latin-1")
