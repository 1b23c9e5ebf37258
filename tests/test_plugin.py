"""Another package brings a backend by an entry point, and what is wrong with it is said in one line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.cli import main
from tests.process import ROOT
from tests.sounds import voice

EXAMPLE = Path(__file__).parent / "examples" / "shouting.py"


def distribution(site: Path, name: str, code: str, entry: str = "parley.asr") -> None:
    """What pip leaves of a package of one module: the module, and what it declares."""
    told = site / f"{name}-1.0.dist-info"
    told.mkdir(parents=True)
    (site / f"{name}.py").write_text(code, encoding="utf-8")
    (told / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n", encoding="utf-8")
    (told / "entry_points.txt").write_text(f"[{entry}]\n{name} = {name}:Shouting\n", encoding="utf-8")


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """What the command line says when it is asked something with this setting, and refuses."""

    def asked(reference: str, setting: str = "PARLEY_ASR") -> str:
        monkeypatch.syspath_prepend(tmp_path / "site")
        for name in [name for name in os.environ if name.startswith(("PARLEY_", "TELEGRAM_"))]:
            monkeypatch.delenv(name)
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("PARLEY_PROFILE", "scripted")
        monkeypatch.setenv("PARLEY_DATA_DIR", str(tmp_path / "data"))
        monkeypatch.setenv(setting, reference)
        assert main(["chat", "--text", "hello"]) == 2
        said = capsys.readouterr()
        assert said.out == ""
        assert said.err.count("\n") == 1 and "Traceback" not in said.err
        return said.err

    return asked


def test_the_example_is_short_enough_to_be_copied() -> None:
    assert len(EXAMPLE.read_text(encoding="utf-8").splitlines()) <= 35


def test_a_backend_of_another_package_hears_a_voice_message(tmp_path: Path) -> None:
    distribution(tmp_path / "site", "shouting", EXAMPLE.read_text(encoding="utf-8"))
    (tmp_path / "voice.ogg").write_bytes(voice("en-sign"))
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PARLEY_", "TELEGRAM_"))}
    done = subprocess.run(
        [sys.executable, "-m", "bot", "chat", "--voice", "voice.ogg", "--json"],
        env=kept
        | {
            "PYTHONPATH": os.pathsep.join((str(ROOT), str(tmp_path / "site"))),
            "PARLEY_PROFILE": "scripted",
            "PARLEY_ASR": "shouting:anything?word=noise",
            "PARLEY_DATA_DIR": str(tmp_path / "data"),
        },
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    (heard,) = [one for one in told["observations"] if one["kind"] == "transcript"]
    assert (heard["text"], heard["model"]) == ("2 SECONDS OF NOISE!", "shouting:anything?word=noise")
    assert "2 SECONDS OF NOISE!" in told["reply"]


def test_its_misspelt_name_is_answered_with_the_nearest(tmp_path: Path, asked: Callable[..., str]) -> None:
    distribution(tmp_path / "site", "shouting", EXAMPLE.read_text(encoding="utf-8"))
    said = asked("shoutng:anything")
    assert "PARLEY_ASR" in said and "did you mean shouting?" in said


def test_its_misspelt_option_is_answered_with_the_nearest(tmp_path: Path, asked: Callable[..., str]) -> None:
    distribution(tmp_path / "site", "shouting", EXAMPLE.read_text(encoding="utf-8"))
    assert "did you mean word?" in asked("shouting:anything?wrod=noise")


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("needing", "import a_package_that_nobody_has"),
        ("nameless", "class Other: ..."),
        ("ungrammatical", "class Shouting:\n"),
        ("failing", "Shouting = 1 / 0"),
        ("leaving", "raise SystemExit(0)"),
        ("deaf", "class Shouting:\n    @classmethod\n    def declare(cls, reference): ..."),
        ("silent", "class Shouting:\n    def transcribe(self, sounds): ..."),
    ],
)
def test_one_that_cannot_be_used_is_refused(tmp_path: Path, asked: Callable[..., str], name: str, code: str) -> None:
    distribution(tmp_path / "site", name, code)
    said = asked(f"{name}:anything")
    assert "PARLEY_ASR" in said and f"{name}:Shouting" in said and "package that brings it" in said


def test_nobody_takes_the_place_of_a_backend_of_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from bot.backends import backends

    distribution(tmp_path / "site", "scripted", "raise SystemExit(0)")
    monkeypatch.syspath_prepend(tmp_path / "site")
    assert backends("asr")["scripted"] == "agents.models.scripted:ScriptedTranscriber"
