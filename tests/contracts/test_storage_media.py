"""Media by their hash, of every implementation."""

from __future__ import annotations

import hashlib

import pytest

from storage.errors import StorageMissing
from tests.contracts.conftest import Stored


async def test_media_come_back_by_the_hash_of_their_bytes(stored: Stored) -> None:
    key = await stored.media.put(b"sound")
    assert key == hashlib.sha256(b"sound").hexdigest()
    assert await stored.media.put(b"sound") == key
    assert await stored.media.get(key) == b"sound"
    assert await stored.media.size(key) == 5
    assert stored.media.path(key).name == key
    assert await stored.media.get(await stored.media.put(b"")) == b""


@pytest.mark.parametrize("key", ["0" * 64, "../../etc/passwd", "", "A" * 64, "0" * 64 + "\n"])
async def test_absent_media_are_missing_and_no_name_leads_elsewhere(stored: Stored, key: str) -> None:
    with pytest.raises(StorageMissing):
        await stored.media.get(key)
    with pytest.raises(StorageMissing):
        await stored.media.size(key)


@pytest.mark.parametrize("key", ["../../etc/passwd", "", "A" * 64, "0" * 64 + "\n"])
async def test_there_is_no_path_for_what_is_no_key(stored: Stored, key: str) -> None:
    with pytest.raises(StorageMissing):
        stored.media.path(key)
