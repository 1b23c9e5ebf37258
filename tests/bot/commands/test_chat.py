"""``python -m bot chat`` for scripts: exit statuses, the one JSON object, conversations by name."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from agents.models.scripted_llm import ScriptedLLM
from bot.cli import main
from tests import pictures

pytestmark = pytest.mark.usefixtures("scripted")
Captured = pytest.CaptureFixture[str]


def test_json_is_one_object_with_what_was_seen_and_decided(tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / "sign.jpg").write_bytes(pictures.sign())
    status = main(["chat", "--text", "What is it?", "--photo", "sign.jpg", "--json", "--conversation", "one"])
    told = json.loads(capsys.readouterr().out)
    assert status == 0
    assert set(told) == {"reply", "observations", "route", "conversation", "seconds"}
    assert told["conversation"] == "one"
    assert told["seconds"] > 0
    seen = {item["kind"]: item for item in told["observations"]}
    assert {"kind", "text", "confidence", "model", "seconds", "part"} <= set(seen["caption"])
    assert (seen["caption"]["text"], seen["caption"]["part"]) == ("a scripted picture", 0)
    assert all(set(item) == {"about", "choice", "reason"} for item in told["route"])


def test_json_holds_nothing_that_a_terminal_obeys(capsys: Captured) -> None:
    assert main(["chat", "--text", "a\x1b[31m\u009b\u202e", "--json"]) == 0
    out = capsys.readouterr().out
    assert out.isascii()
    assert out.count("\n") == 1
    assert "\x1b" not in out


def test_logs_stay_off_standard_output(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    monkeypatch.setenv("PARLEY_LOG_LEVEL", "debug")
    assert main(["chat", "--text", "hi", "--json"]) == 0
    captured = capsys.readouterr()
    assert json.loads(captured.out)["reply"] == "You said: hi"
    assert "storage.migrated" in captured.err


def test_a_person_reads_no_log_lines_unless_asked_for(capsys: Captured) -> None:
    assert main(["chat", "--text", "hi"]) == 0
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("You said: hi\n", "")


def test_a_turn_without_words_is_answered_and_kept(capsys: Captured) -> None:
    assert main(["chat", "--text", ""]) == 0
    assert "empty" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [
        ["--photo", "absent.jpg"],
        ["--voice", "."],
        ["--photo", "pipe"],
        ["--photo", "/dev/zero"],
        ["--json"],
    ],
)
def test_bad_usage_is_told_in_one_line(arguments: list[str], tmp_path: Path, capsys: Captured) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert main(["chat", *arguments]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1


@pytest.mark.parametrize(
    "arguments", [["--nope"], ["--conversation", ""], ["--conversation", "a\x1bb"], ["--conversation", "x" * 101]]
)
def test_arguments_that_cannot_be_used_are_bad_usage(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["chat", "--text", "hi", *arguments])
    assert caught.value.code == 2


def test_an_answer_that_failed_is_told_by_the_exit_status(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    monkeypatch.setenv("PARLEY_LLM", "scripted:echo?fail=crash")
    assert main(["chat", "--text", "hi", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["reply"]


@pytest.mark.parametrize(
    ("name", "value", "status", "said"),
    [
        ("PARLEY_PROFILE", "scriptd", 2, "did you mean scripted"),
        ("PARLEY_LLM", "hunter2", 2, "backend:name"),
        ("PARLEY_LLM", "hunter2:x", 2, "names no backend"),
        ("PARLEY_LLM", "llamacpp:x?context=zz", 2, "context"),
        ("PARLEY_DATABASE_URL", "postgresql://u:hunter2@localhost/x", 1, "sqlite"),
        ("PARLEY_DATA_DIR", "/dev/null", 1, "storage-broken"),
        ("PARLEY_WORKERS", "hunter2", 2, "integer"),
        ("PARLEY_WORKES", "hunter2", 2, "no such setting"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named_in_one_line(
    name: str, value: str, status: int, said: str, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.setenv(name, value)
    assert main(["chat", "--text", "hi", "--json"]) == status
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert name in captured.err
    assert captured.err.count(name) == 1
    assert said in captured.err
    assert "hunter2" not in captured.err


def test_a_conversation_goes_on_by_name_and_names_are_kept_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    prompts: list[str] = []
    stop = ScriptedLLM.stop

    async def note(self: ScriptedLLM) -> None:
        prompts.extend(str(prompt) for prompt in self.prompts)
        await stop(self)

    monkeypatch.setattr(ScriptedLLM, "stop", note)
    for name, text in (("a", "I am Ada."), ("b", "I am Bob."), ("a", "Who am I?"), ("b", "And I?")):
        assert main(["chat", "--text", text, "--conversation", name]) == 0
    assert len(prompts) == 4
    assert "I am Ada." in prompts[2]
    assert "Bob" not in prompts[2]
    assert "I am Bob." in prompts[3]
    assert "Ada" not in prompts[3]


def test_a_full_disk_behind_the_answer_is_told(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        monkeypatch.setattr("sys.stdout", full)
        assert main(["chat", "--text", "hi"]) == 1
        monkeypatch.undo()
        with pytest.raises(OSError, match="space"):
            full.flush()
        os.dup2(os.open(os.devnull, os.O_WRONLY), full.fileno())
    assert capsys.readouterr().err.startswith("The answer could not be written")
