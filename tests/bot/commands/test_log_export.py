"""``python -m bot log export`` as an operator uses it."""

from __future__ import annotations

import json
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from bot.settings import Settings
from storage.assembly import Storage
from tests.bot.commands.logs import command, fill, rated, two_talks
from tests.storage.makers import MORNING, Clock, answered, seen, turn

ROOT = Path(__file__).parents[3]


def test_ratings_are_exported(settings: Settings, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    fill(settings, rated)
    assert command(settings, "export") == 0
    exported = json.loads(capsysbinary.readouterr().out.splitlines()[0])
    assert exported["ratings"][0] == {
        "sender_id": "u1",
        "good": False,
        "reason": "wrong",
        "at": "2026-03-01T08:00:00+00:00",
    }
    assert (exported["parts"][2]["message"], exported["parts"][2]["origin"]) == ("3", "Bob")


def test_export_tells_all_of_every_turn(settings: Settings, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    fill(settings, two_talks)
    assert command(settings, "export") == 0
    first, second = (json.loads(line) for line in capsysbinary.readouterr().out.splitlines())
    (photo,) = (path for path in settings.media_dir.rglob("*") if path.is_file())
    assert first["parts"][1]["path"] == str(photo.absolute())
    assert photo.name == first["parts"][1]["media"]
    assert (first["channel"], first["chat"], first["sender_id"], first["sender"]) == ("telegram", "7", "u1", "Ada")
    assert first["received_at"] == MORNING.isoformat()
    assert first["observations"][0]["text"] == "EXIT"
    assert first["observations"][0]["place"] == {"left": 1.0, "top": 2.0, "right": 3.5, "bottom": 4.0}
    assert first["observations"][1]["outcome"] == "nothing"
    assert first["reply"] == {
        "text": "It says EXIT.",
        "language": "en",
        "rests_on": [0, 1],
        "guarded": True,
        "stopped": False,
    }
    assert first["trace"]["route"][0]["choice"] == "use"
    assert first["trace"]["steps"][1]["facts"] == {"tries": "2"}
    assert second["parts"][1] == {
        "kind": "unread", "text": "poll", "media": None, "media_type": None, "reason": "unsupported", "quoted": False,
        "origin": None, "message": None, "path": None,
    }  # fmt: skip
    assert (second["reply"], second["answered_at"], second["trace"]) == (None, None, None)


def test_export_into_a_file_is_private_whole_and_filtered(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(settings, two_talks)
    target = tmp_path / "turns.jsonl"
    assert command(settings, "export", "--person", "Ada", "--output", str(target)) == 0
    assert len(target.read_bytes().splitlines()) == 1
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert command(settings, "export", "--output", str(tmp_path / "absent" / "x")) == 1
    assert command(settings, "export", "--output", str(tmp_path)) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines()[0] == "1 turns exported."
    assert err.splitlines()[1].endswith("No such file or directory")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "turns.jsonl"]


def test_a_long_export_streams_in_bounded_memory(settings: Settings) -> None:
    """The exporting process needs no more memory for 20,000 turns than for 1,000, but for noise."""

    async def speak(kept: Storage, clock: Clock) -> None:
        for n in range(200):
            heard = await kept.conversations.hear("telegram", "7", turn(f"question {n}"))
            await kept.conversations.answer(heard.turn, answered(f"answer {n}", seen()))

    fill(settings, speak)
    multiply(settings, 4)
    lines, few = exported(settings)
    assert lines == 1_000
    multiply(settings, 19)
    lines, many = exported(settings)
    assert lines == 20_000
    assert many < few * 1.25


def multiply(settings: Settings, times: int) -> None:
    """Copy all turns with what belongs to them, by SQL, since speaking so many would take minutes."""
    connection = sqlite3.connect(settings.data_dir / "parley.db")
    with connection:
        (last,) = connection.execute("SELECT max(id) FROM turns").fetchone()
        for n in range(1, times + 1):
            more = n * last
            for table, key in (
                ("turns", "id"), ("parts", "turn_id"), ("observations", "turn_id"), ("replies", "turn_id"),
                ("traces", "turn_id"),
            ):  # fmt: skip
                info = connection.execute(f"PRAGMA table_info({table})")
                columns = [row[1] for row in info if row[1] == key or row[1] != "id"]
                chosen = [f"{key} + {more}" if column == key else column for column in columns]
                connection.execute(
                    f"INSERT INTO {table} ({', '.join(columns)}) "  # noqa: S608 - names from above
                    f"SELECT {', '.join(chosen)} FROM {table} WHERE {key} <= {last}"
                )
    connection.close()


EXPORT = """
import argparse, resource, sys
from pathlib import Path
from bot.commands import log
from bot.settings import Settings
parser = argparse.ArgumentParser()
log.register(parser.add_subparsers())
args = parser.parse_args(["log", "export"])
status = args.run(args, Settings(_env_file=None, data_dir=Path(sys.argv[1])))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)
sys.exit(status)
"""


def exported(settings: Settings) -> tuple[int, int]:
    """Lines exported, and the peak resident memory of the process that did, in kilobytes."""
    exporting = [sys.executable, "-c", EXPORT, str(settings.data_dir)]
    with subprocess.Popen(exporting, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stderr
        lines = sum(1 for _ in process.stdout)
        peak = int(process.stderr.read())
    assert process.returncode == 0
    return lines, peak


def test_a_reader_that_stops_early_is_no_failure(settings: Settings) -> None:
    fill(settings, two_talks)
    multiply(settings, 2000)
    exporting = [sys.executable, "-c", EXPORT, str(settings.data_dir)]
    with subprocess.Popen(exporting, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.readline()
        process.stdout.close()
        err = process.stderr.read()
    assert process.returncode == 0
    assert b"Error" not in err
