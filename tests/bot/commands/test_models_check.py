"""``models check``, ``recommend`` and ``report`` at the command line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.checking import report as reporting
from bot.cli import main
from tests.nvml import FakeNvml

Captured = pytest.CaptureFixture[str]
OWN = """
[good]
notes = "Works."
asr = "scripted:transcript?text=What does the sign say?"
llm = "scripted:echo"

[bad]
notes = "One model works, one is elsewhere and does not answer, one breaks its process."
asr = "scripted:transcript?fail=abort"
llm = "openai:http://127.0.0.1:9/v1#/home/ada/model?schema=off"
ocr = "scripted:ocr?text=opensesame"
"""


@pytest.fixture(autouse=True)
def _own_profiles(scripted: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    (tmp_path / "profiles.toml").write_text(OWN, encoding="utf-8")
    monkeypatch.setenv("PARLEY_PROFILES", str(tmp_path / "profiles.toml"))
    monkeypatch.setenv("PARLEY_API_KEYS", "127.0.0.1:9=opensesame")
    monkeypatch.setattr(reporting, "engines", dict)  # asking them takes seconds; see tests/bot/checking
    yield


def test_checking_prints_one_object_for_machines_and_progress_beside_it(capsys: Captured) -> None:
    assert main(["models", "check", "good", "--json"]) == 0
    captured = capsys.readouterr()
    told = json.loads(captured.out)
    assert (told["profile"], told["ok"]) == ("good", True)
    asr, llm = told["models"]
    assert set(asr) == {
        "reference", "asked", "ok", "error", "remedy", "load_seconds", "ram", "ram_peak", "vram", "ram_estimated",
        "vram_estimated", "roles",
    }  # fmt: skip
    assert set(asr["roles"][0]) == {"role", "ok", "seconds", "output", "as_expected", "contracts"}
    assert asr["roles"][0]["as_expected"] is True
    assert (asr["ram_estimated"], asr["vram_estimated"]) == (0, None)  # a script takes nothing
    assert llm["roles"][0]["output"].startswith("You said: ")
    assert "asr: trying scripted:transcript" in captured.err
    assert "llm: ok" in captured.err


def test_a_model_that_fails_fails_the_check(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    monkeypatch.setenv("PARLEY_PROFILE", "good")
    monkeypatch.setenv("PARLEY_ASR", "scripted:x?fail=load")
    assert main(["models", "check"]) == 1
    said = capsys.readouterr().out
    assert "scripted:x?fail=load: scripted to fail." in said
    assert said.count("FAILED") == 1


def test_a_report_holds_figures_and_nothing_that_tells_whose_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    FakeNvml([("RTX 4090", 24 * 10**9, 23 * 10**9)]).install(monkeypatch)
    assert main(["models", "report", "bad"]) == 0
    captured = capsys.readouterr()
    assert "its engine broke down (SIGABRT) while loading" in captured.out
    assert captured.out.count("FAILED") == 2
    (file,) = tmp_path.glob("parley-report-*.json")
    assert f"Written to {file.name}" in captured.out
    text = file.read_text(encoding="utf-8")
    told = json.loads(text)
    assert {"machine", "system", "versions", "engines", "models", "parley", "profile", "ok"} <= set(told)
    assert told["ok"] is False
    assert told["versions"]["torch"]
    assert told["machine"]["gpus"] == [{"name": "RTX 4090", "total": 24 * 10**9, "free": 23 * 10**9}]
    assert {model["vram"] for model in told["models"]} == {0}
    by_role = {model["roles"][0]["role"]: model for model in told["models"]}
    assert by_role["llm"]["reference"].startswith("openai:http://<host>#")
    assert by_role["ocr"]["roles"][0]["output"] == "<key> (0.90)"
    assert all(contract["ok"] for contract in by_role["ocr"]["roles"][0]["contracts"])
    for secret in ("opensesame", "127.0.0.1", "/home/", str(tmp_path)):
        assert secret not in text


def test_a_report_that_cannot_be_written_is_told_before_anything_is_tried(capsys: Captured) -> None:
    assert main(["models", "report", "good", "--output", "absent/report.json"]) == 1
    captured = capsys.readouterr()
    assert captured.err == "--output absent/report.json: there is no such folder.\n"


def test_recommending_names_a_profile_with_reasons_and_commands(capsys: Captured) -> None:
    assert main(["models", "recommend"]) == 0
    said = capsys.readouterr().out
    assert main(["models", "recommend", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert said.startswith(f"Recommended profile: {told['profile']}")
    assert all(command in said for command in told["commands"])
    assert told["reasons"]


@pytest.mark.parametrize(
    "words", [["check", "--deadline", "0"], ["check", "--load-deadline", "soon"], ["report", "--deadline", "nan"]]
)
def test_deadlines_that_are_none_are_bad_usage(words: list[str], capsys: Captured) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["models", *words])
    assert caught.value.code == 2
    assert "seconds are a number above 0" in capsys.readouterr().err


def test_a_profile_that_cannot_work_here_is_bad_usage(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    assert main(["models", "check", "gpu-12g"]) == 2
    assert capsys.readouterr().err.startswith("PARLEY_PROFILE=gpu-12g, asr: device=cuda is not there")
