"""Every command is explained where people look, and asking for help is quick."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.cli import _parser, main

ROOT = Path(__file__).parents[2]


def commands(parser: argparse.ArgumentParser, words: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, command in action.choices.items():
                yield (*words, name)
                yield from commands(command, (*words, name))


COMMANDS = list(commands(_parser()))


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_a_command_is_named_in_the_guides(words: tuple[str, ...]) -> None:
    guides = "".join((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "CONTRIBUTING.md", "Makefile"))
    assert " ".join(words) in guides


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_a_command_explains_itself(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main([*words, "--help"])
    assert caught.value.code == 0
    told = capsys.readouterr().out
    assert f"python -m bot {' '.join(words)}" in told
    assert "``" not in told


def test_help_waits_for_no_library() -> None:
    before = os.times()
    began = time.monotonic()
    subprocess.run([sys.executable, "-m", "bot", "--help"], cwd=ROOT, check=True, capture_output=True)
    assert os.times().children_user - before.children_user <= 0.5
    assert time.monotonic() - began < 5


def test_help_imports_nothing_heavy() -> None:
    heavy = {"torch", "pydantic", "langchain_core", "rich", "prometheus_client"}
    script = f"import sys, bot.cli; print(*sorted({heavy} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True, capture_output=True, text=True)
    assert done.stdout.split() == []
