"""Files of a local Bot API server are read inside its folder alone, whatever the server says."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from bot.channel import DeliveryFailed, FileGone, FileTooLarge
from bot.telegram.local_files import LocalFiles


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "secret").write_bytes(b"secret")
    folder = tmp_path / "files"
    (folder / "photos").mkdir(parents=True)
    (folder / "photos" / "one.jpg").write_bytes(b"picture")
    return folder


async def test_a_file_in_the_folder_is_read(folder: Path) -> None:
    assert await LocalFiles(folder).read(str(folder / "photos" / "one.jpg"), 7) == b"picture"


async def test_a_link_that_stays_inside_is_followed_and_so_is_one_to_the_folder(folder: Path) -> None:
    (folder / "same.jpg").symlink_to(folder / "photos" / "one.jpg")
    (folder.parent / "alias").symlink_to(folder)
    for path in (folder / "same.jpg", folder.parent / "alias" / "same.jpg"):
        assert await LocalFiles(folder.parent / "alias").read(str(path), 100) == b"picture"


@pytest.mark.parametrize(
    "path",
    [
        "{folder}/../secret",
        "{folder}/photos/../../secret",
        "{folder}/leaving",
        "{folder}/out/secret",
        "{folder}",
        "{folder}/.",
        "{folder}/photos",
        "{folder}/nothing",
        "{folder}/photos/one.jpg/more",
        "{folder}/photos/one\0.jpg",
        "{folder}/pipe",
        "{parent}/secret",
        "{parent}/files2/one.jpg",
        "/etc/passwd",
        "/dev/zero",
        "/proc/self/environ",
    ],
)
async def test_nothing_else_is_ever_read(folder: Path, path: str) -> None:
    (folder / "leaving").symlink_to(folder.parent / "secret")
    (folder / "out").symlink_to(folder.parent)
    (folder.parent / "files2").mkdir()
    (folder.parent / "files2" / "one.jpg").write_bytes(b"another's")
    os.mkfifo(folder / "pipe")
    with pytest.raises(FileGone):
        await LocalFiles(folder).read(path.format(folder=folder, parent=folder.parent), 1000)


async def test_what_cannot_be_opened_is_tried_again_later(folder: Path) -> None:
    (folder / "circle").symlink_to(folder / "circle")
    with socket.socket(socket.AF_UNIX) as there:
        there.bind(str(folder / "socket"))
        for name in ("circle", "socket"):
            with pytest.raises(DeliveryFailed) as failed:
                await LocalFiles(folder).read(str(folder / name), 1000)
            assert failed.value.retryable
            assert name not in str(failed.value)


async def test_a_large_file_is_not_read(folder: Path) -> None:
    with (folder / "large").open("wb") as file:
        file.truncate(2**40)
    with pytest.raises(FileTooLarge):
        await LocalFiles(folder).read(str(folder / "large"), 1000)


@pytest.mark.parametrize(
    ("url", "used"),
    [
        ("http://127.0.0.1:8081", True),
        ("http://localhost:8081", True),
        ("https://api.telegram.org", False),
        ("http://192.168.1.5:8081", False),
        ("http://localhost.example.org", False),
    ],
)
def test_the_folder_is_used_for_a_server_on_this_host_alone(folder: Path, url: str, used: bool) -> None:
    assert (LocalFiles.of(folder, url) is not None) == used
    assert LocalFiles.of(None, url) is None


def test_paths_of_this_host_are_told_from_addresses() -> None:
    assert LocalFiles.named_by("/var/lib/telegram-bot-api/1/photos/file_1.jpg")
    assert not LocalFiles.named_by("http://127.0.0.1:8081/file/bot1:a/photos/file_1.jpg")
