"""Files named at the terminal: read in bounds, or refused with the reason."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.terminal.files import FileRefused, named, photo, voice
from bot.texts import LANGUAGES, Texts


def test_a_file_of_just_the_limit_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"x" * 10)
    taken = photo(tmp_path / "a.png", 10)
    assert (taken.data, taken.media_type) == (b"x" * 10, "image/png")
    assert voice(tmp_path / "a.png", 10).data == b"x" * 10


def refused(path: Path, most: int = 10) -> str:
    with pytest.raises(FileRefused) as caught:
        photo(path, most)
    for language in LANGUAGES:
        assert str(path) in caught.value.worded(Texts(), language)
    return caught.value.reason


def test_a_file_over_the_limit_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"x" * 11)
    assert refused(tmp_path / "a.jpg") == "large"


def test_what_is_no_file_is_refused_rather_than_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert [refused(path) for path in (tmp_path / "pipe", tmp_path, Path("/dev/zero"))] == ["no_file"] * 3


@pytest.mark.parametrize("name", ["absent.jpg", "file/below", "nul\0byte", "x" * 300])
def test_a_name_that_leads_nowhere_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").touch()
    assert refused(tmp_path / name) in {"missing", "unreadable"}


@pytest.mark.parametrize("written", ["{}", "'{}'", '"{}"', "  {}  "])
def test_a_name_with_blanks_may_be_quoted(tmp_path: Path, written: str) -> None:
    path = tmp_path / "my photo.jpg"
    path.touch()
    assert named(written.format(path)) == path
    assert named(str(path).replace(" ", "\\ ")) == path


@pytest.mark.parametrize("name", ["it's.jpg", "~nobody-of-that-name/x", "a\0b"])
def test_an_odd_name_stays_as_it_was_written(name: str) -> None:
    assert str(named(name)) == name
