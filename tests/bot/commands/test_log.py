"""``python -m bot log`` as an operator uses it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from agents.values import Observation, ObservationKind, Photo, Text, Turn
from bot.settings import Settings
from storage.assembly import Storage
from storage.media import key_of
from tests.bot.commands.logs import command, fill, rated, two_talks
from tests.storage.makers import Clock, answered, seen, turn

EVIL = "\x1b]0;owned\x07\x1b[2J [bold red]loud[/] \x9b31m \u202eflip \ud800 :smile:"


def test_conversations_are_listed_latest_first(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    fill(settings, two_talks)
    assert command(settings, "list") == 0
    header, *rows = capsys.readouterr().out.splitlines()
    assert header.split() == ["conversation", "channel", "chat", "turns", "begun", "last", "turn"]
    assert rows[0].split() == "2 terminal default 1 2026-03-01 08:00:00+00:00 2026-03-03 08:00:02+00:00".split()
    assert rows[1].split() == "1 telegram 7 1 2026-03-01 08:00:00+00:00 2026-03-01 08:00:00+00:00".split()


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (["--channel", "telegram"], ["1"]),
        (["--chat", "default"], ["2"]),
        (["--person", "Ada"], ["1"]),
        (["--person", "u1"], ["1"]),
        (["--since", "2026-03-02"], ["2"]),
        (["--until", "2026-03-01"], ["1"]),
        (["--until", "2026-03-01T08:00"], []),
        (["--since", "2026-03-01T10:00:00+02:00", "--until", "2026-03-01T08:00:01Z"], ["1"]),
        (["--limit", "1"], ["2"]),
    ],
)
def test_the_list_can_be_narrowed(
    words: list[str], shown: list[str], settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(settings, two_talks)
    assert command(settings, "list", *words) == 0
    assert re.findall(r"^(\d+) ", capsys.readouterr().out, re.MULTILINE) == shown


def test_a_conversation_is_shown_as_it_was(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    fill(settings, two_talks)
    assert command(settings, "show", "1") == 0
    (photo,) = (path for path in settings.media_dir.rglob("*") if path.is_file())
    assert capsys.readouterr().out.split("\n\n")[1].splitlines() == [
        "turn 1  2026-03-01 08:00:00+00:00  Ada (u1)",
        "  said      (quoted) before",
        f"  photo     {photo.absolute()}  image/jpeg",
        "  said      what does it say?",
        "            please",
        "  seen      0.90  EXIT  [text-in-image, rapidocr:PP-OCRv6, 0.20 s, box 1,2 4,4]",
        "  heard     (nothing)  [transcript, zh, faster-whisper:x, 1.50 s]",
        "  answer    It says EXIT.",
        "            2026-03-01 08:00:02+00:00  (the grounding guard spoke)",
    ]
    assert command(settings, "show", "2") == 0
    shown = capsys.readouterr().out
    assert "  unread    poll: unsupported\n  answer    (none yet)\n" in shown


def test_moods_are_kept_and_shown_as_such(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    async def cheerful(kept: Storage, clock: Clock) -> None:
        heard = await kept.conversations.hear("telegram", "7", turn("wonderful!"))
        moods = [Observation(kind, "positive", 0.9, "vader:en", 0.01, 0) for kind in ObservationKind if kind.is_of_mood]
        await kept.conversations.answer(heard.turn, answered("Good.", *moods))

    fill(settings, cheerful)
    assert command(settings, "show", "1") == 0
    shown = capsys.readouterr().out
    assert "  mood      0.90  positive  [sentiment, vader:en, 0.01 s]" in shown
    assert "  mood      0.90  positive  [emotion, vader:en, 0.01 s]" in shown


def test_forwarded_files_ratings_and_what_stands_for_a_turn_are_shown(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(settings, rated)
    assert command(settings, "show", "1") == 0
    video, document = (settings.media_dir.absolute() / key[:2] / key for key in map(key_of, (b"video", b"a,b")))
    assert capsys.readouterr().out.split("\n\n")[1].splitlines() == [
        "turn 1  2026-03-01 08:00:00+00:00  Ada",
        "  said      (forwarded from News) look",
        f"  video     {video}  video/mp4",
        f"  document  (forwarded from Bob) {document}  text/csv  sums.csv",
        "  read      1.00  a,b  [document-text, text, 0.01 s]",
        "  answer    Sums.",
        "            2026-03-01 08:00:00+00:00  (the grounding guard spoke)",
        "  rated     bad, wrong, by u1  2026-03-01 08:00:00+00:00",
        "  rated     good, by u2  2026-03-01 08:00:00+00:00",
        "  replaced  turn 2 stands for this one",
    ]


def test_the_trace_is_shown_when_asked_for(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    fill(settings, two_talks)
    assert command(settings, "show", "1", "--trace") == 0
    assert capsys.readouterr().out.rstrip().splitlines()[-6:] == [
        "  decision  captioner: use, since there is a photo",
        "  step      route, at 0.00 s, took 0.01 s",
        "  step      llm, at 0.10 s, took 2.00 s, llamacpp:x, confidence 0.50, tokens 100 in, 20 out, "
        "error model-late, tries=2",
        "            in: prompt",
        "            out: It says EXIT.",
        "  took      2.10 s",
    ]


def test_what_people_sent_commands_no_terminal(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    async def evil(kept: Storage, clock: Clock) -> None:
        said = Turn((Text(EVIL), Photo(b"x", EVIL)), sender=EVIL + "\nturn 99")
        heard = await kept.conversations.hear(EVIL, EVIL, said, sender_id=EVIL)
        await kept.conversations.answer(heard.turn, answered(EVIL, seen(EVIL), detail=EVIL))

    fill(settings, evil)
    for words in (["list"], ["show", "1", "--trace"], ["export"]):
        assert command(settings, *words) == 0
        out = capsys.readouterr().out
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]", out)
        assert "[bold red]loud[/]" in out
        assert ":smile:" in out
        assert "\nturn 99" not in out


@pytest.mark.parametrize(
    "words",
    [
        ["list", "--since", "yesterday"],
        ["list", "--until", "2026-13-01"],
        ["export", "--since", "9999-12-31T23:59:59-12:00"],
        ["export", "--until", "9999-12-31"],
        ["list", "--limit", "0"],
        ["show", "3"],
        ["show", "0"],
        ["show", "99999999999999999999"],
    ],
)
def test_bad_usage_is_told_in_one_line(
    words: list[str], settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(settings, two_talks)
    assert command(settings, *words) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert len(err.splitlines()) == 1


def test_reading_before_anything_was_said_makes_nothing(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(settings, "list") == 1
    assert "PARLEY_DATA_DIR" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
