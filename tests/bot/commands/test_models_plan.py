"""``models plan``: what goes where and why, read as an operator reads it, on machines with GPUs that are not here."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from agents.models.threads import budget, cores
from bot.cli import main
from tests.bot.heavy import GB, gpus, install

Captured = pytest.CaptureFixture[str]

PROFILES = """
[two]
llm = "scripted:echo"
caption = "heavy:seer?gb=6 | heavy:small?gb=2"
vqa = "heavy:knower?gb=5&device=cuda:1"
embeddings = "openai:http://gpu1:8000/v1#reader"

[tight]
llm = "scripted:echo"
caption = "heavy:seer?gb=9&device=cuda"
"""


@pytest.fixture(autouse=True)
def _profiles(scripted: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    install(monkeypatch)
    file = tmp_path / "profiles.toml"
    file.write_text(PROFILES, encoding="utf-8")
    monkeypatch.setenv("PARLEY_PROFILES", str(file))
    monkeypatch.setenv("PARLEY_RAM_GB", "10")


def row(said: str, name: str) -> list[str]:
    """The cells of a model's row."""
    line = next(line for line in said.splitlines() if line.strip().startswith(name))
    return [cell for cell in map(str.strip, line.split("  ")) if cell]


def test_every_model_is_shown_with_its_place_its_ladder_what_it_takes_and_why(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: Captured
) -> None:
    gpus(monkeypatch, tmp_path, 8, 8)
    assert main(["models", "plan", "two"]) == 0
    said = capsys.readouterr().out
    assert "Plan of two" in said
    assert row(said, "heavy:seer") == [
        "heavy:seer", "caption", "cuda:0", "0.1 GB", "6.0 GB", "cuda:0 has the most room, 8.0 GB",
    ]  # fmt: skip
    assert row(said, "heavy:small") == [
        "heavy:small", "caption", "cuda:0", "cuda:1 > cpu", "0.1 GB", "2.0 GB", "shares cuda:0, where 2.0 GB were left",
    ]  # fmt: skip
    assert row(said, "heavy:knower")[-1] == "asked for: device=cuda:1"
    assert row(said, "openai:")[1:] == ["embeddings", "another host", "runs on another host"]
    assert row(said, "scripted:echo")[2:] == ["cpu", "0.0 GB", "its engine runs on the CPU alone"]
    assert "memory: about 0.3 GB of 10.0 GB" in said
    assert "cuda:0: about 8.0 GB of 8.0 GB" in said
    assert "Models stay in memory." in said
    assert f"threads of a sense: {budget(cores()).sense} (every core" in said


def test_the_same_as_json(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: Captured) -> None:
    gpus(monkeypatch, tmp_path, 8, 8)
    monkeypatch.setenv("PARLEY_IDLE_MINUTES", "15")
    monkeypatch.setenv("PARLEY_GPUS", "1")
    assert main(["models", "plan", "two", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["profile"], told["fits"], told["idle_minutes"]) == ("two", True, 15)
    assert told["budgets"] == {"ram": 10 * GB, "cuda:1": 8 * GB}
    assert told["taken"] == {"ram": round(0.2 * GB), "cuda:1": 7 * GB}
    by_name = {model["reference"]: model for model in told["models"]}
    assert told["threads"]["cores"] == cores()
    assert by_name["heavy:seer?gb=6"]["place"] == "nowhere"
    assert by_name["heavy:small?gb=2"]["devices"] == ["cuda:1", "cpu"]
    assert all(model["known"] for model in told["models"])


def test_what_is_set_shows_in_the_plan(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: Captured) -> None:
    gpus(monkeypatch, tmp_path, 8, 8, 8)
    monkeypatch.setenv("PARLEY_IDLE_MINUTES", "0.5")
    monkeypatch.setenv("PARLEY_GPUS", "0,1")
    assert main(["models", "plan", "two"]) == 0
    said = capsys.readouterr().out
    assert "cuda:2: left out by PARLEY_GPUS" in said
    assert "A model leaves memory after 0.5 minutes idle." in said


def test_a_plan_that_cannot_fit_says_what_to_do_and_exits_with_2(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: Captured
) -> None:
    gpus(monkeypatch, tmp_path, 4)
    assert main(["models", "plan", "tight"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.splitlines() == [
        "These models do not fit this machine.",
        "caption (heavy:seer) takes 9.0 GB of a GPU, and cuda:0 has the most left, 4.0 GB",
        "What would help, the nearest first:",
        "  write device=auto for caption (heavy:seer), so that it goes where there is room",
        "  take a smaller model or quantisation for caption (heavy:seer): 45 % less would do",
        "  leave out caption (heavy:seer)",
        "Models may have what is free now, unless PARLEY_RAM_GB and PARLEY_VRAM_GB say otherwise.",
    ]
    assert main(["models", "plan", "tight", "--json"]) == 2
    told = json.loads(capsys.readouterr().out)
    assert told["fits"] is False
    assert len(told["facts"]) == 1
    assert len(told["reliefs"]) == 3


def test_a_profile_of_the_catalogue_is_planned_before_it_is_fetched(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: Captured
) -> None:
    gpus(monkeypatch, tmp_path, 24)
    monkeypatch.setenv("PARLEY_MODELS_DIR", str(tmp_path / "empty"))
    assert main(["models", "plan", "gpu-24g"]) == 0
    said = capsys.readouterr().out
    assert row(said, "vlm:Qwen/Qwen3-VL-8B-Instruct")[1:4] == ["caption, vqa, llm", "cuda:0", "cpu"]
    assert "what it takes is not known yet" in said
    assert "Models of unknown size: 2; all of gpu-24g takes about 6 GB of memory and 23.8 GB of GPU memory" in said
    assert main(["models", "plan", "nosuch"]) == 2
    assert "no profile is named 'nosuch'" in capsys.readouterr().err
