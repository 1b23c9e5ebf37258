"""Media files: whole or absent, private, swept, and honest about a full disk."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from storage.errors import StorageBroken, StorageMissing
from storage.media import FileMediaStore, key_of

ROOT = Path(__file__).parents[2]


def files(folder: Path) -> list[Path]:
    return sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file())


def modes(*paths: Path) -> set[int]:
    return {path.stat().st_mode & 0o777 for path in paths}


async def test_files_are_sharded_and_their_owners_alone(tmp_path: Path) -> None:
    folder = tmp_path / "media"
    store = await FileMediaStore.open(folder)
    key = await store.put(b"photo")
    assert files(folder) == [Path(key[:2]) / key]
    assert modes(store.path(key)) == {0o600}
    assert modes(folder, folder / "partial", folder / key[:2]) == {0o700}


async def test_putting_at_once_what_is_there_writes_nothing_new(tmp_path: Path) -> None:
    store = await FileMediaStore.open(tmp_path)
    keys = await asyncio.gather(*(store.put(b"same") for _ in range(20)))
    assert len(set(keys)) == 1
    before = store.path(keys[0]).stat()
    await store.put(b"same")
    assert store.path(keys[0]).stat().st_mtime_ns == before.st_mtime_ns
    assert len(files(tmp_path)) == 1


async def test_a_file_cut_short_is_written_anew(tmp_path: Path) -> None:
    store = await FileMediaStore.open(tmp_path)
    key = await store.put(b"whole")
    store.path(key).write_bytes(b"who")
    await store.put(b"whole")
    assert await store.get(key) == b"whole"


async def test_a_file_that_is_gone_is_missing_and_one_unreadable_broken(tmp_path: Path) -> None:
    store = await FileMediaStore.open(tmp_path)
    key = await store.put(b"photo")
    store.path(key).unlink()
    with pytest.raises(StorageMissing):
        await store.get(key)
    store.path(key).mkdir()
    with pytest.raises(StorageBroken):
        await store.get(key)


async def test_what_a_killed_process_left_is_swept_but_not_what_is_being_written(tmp_path: Path) -> None:
    store = await FileMediaStore.open(tmp_path)
    key = await store.put(b"photo")
    stale, fresh = tmp_path / "partial" / "stale", tmp_path / "partial" / "fresh"
    for path in (stale, fresh):
        path.write_bytes(b"half")
    os.utime(stale, (0, 0))
    await FileMediaStore.open(tmp_path)
    assert files(tmp_path) == sorted([Path("partial/fresh"), Path(key[:2]) / key])


PUT = """
import asyncio, resource, sys
from pathlib import Path
from storage.errors import StorageFull
from storage.media import FileMediaStore

async def main():
    store = await FileMediaStore.open(Path(sys.argv[1]))
    if sys.argv[2] == "limit":
        resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, resource.RLIM_INFINITY))
    small = await store.put(b"small")
    try:
        await store.put(b"x" * 4_000_000)
    except StorageFull as error:
        print("full", error.retryable, str(error))
    print(await store.put(b"small") == small, await store.get(small), (await store.put(b"y" * 1000))[:4])

asyncio.run(main())
"""


def put_too_much(folder: Path, how: str) -> str:
    command = [sys.executable, "-c", PUT, str(folder), how]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


def test_a_file_beyond_our_share_of_the_disk_leaves_nothing_behind(tmp_path: Path) -> None:
    assert put_too_much(tmp_path, "limit") == "full True EFBIG\nTrue b'small' 1c4a\n".replace(
        "1c4a", written(b"y" * 1000)
    )
    assert len(files(tmp_path)) == 2


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path) -> None:
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(tmp_path)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("only root may mount a small disk; the limit on file sizes is tested instead")
    try:
        assert put_too_much(tmp_path, "disk") == f"full True ENOSPC\nTrue b'small' {written(b'y' * 1000)}\n"
        assert len(files(tmp_path)) == 2
    finally:
        subprocess.run(["umount", str(tmp_path)], check=True)


def written(data: bytes) -> str:
    return key_of(data)[:4]
