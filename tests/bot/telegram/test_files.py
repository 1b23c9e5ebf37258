"""Files in, as the workers fetch them, over real HTTP."""

from __future__ import annotations

import pytest

from bot.channel import DeliveryFailed, FileGone, FileTooLarge
from bot.telegram.channel import TelegramChannel
from tests.bot.telegram.conftest import MAX_BYTES
from tests.emulator import Emulator


async def voice_ref(emulator: Emulator, data: bytes, size: int | None = None) -> str:
    posted = await emulator.user().voice(data, size=size)
    return str(posted.message["voice"]["file_id"])


async def test_fetch_brings_the_bytes(emulator: Emulator, channel: TelegramChannel) -> None:
    data = bytes(range(256)) * 3000
    assert await channel.fetch(await voice_ref(emulator, data)) == data


async def test_fetch_stops_at_the_limit_whatever_size_is_stated(emulator: Emulator, channel: TelegramChannel) -> None:
    with pytest.raises(FileTooLarge):
        await channel.fetch(await voice_ref(emulator, b"x", size=MAX_BYTES + 1))
    assert emulator.count("file") == 0
    with pytest.raises(FileTooLarge):
        await channel.fetch(await voice_ref(emulator, b"x" * (MAX_BYTES + 1), size=10))
    large = await emulator.user().large_file()
    with pytest.raises(FileTooLarge):
        await channel.fetch(large.message["document"]["file_id"])


async def test_fetch_of_what_telegram_no_longer_has_says_so(emulator: Emulator, channel: TelegramChannel) -> None:
    ref = await voice_ref(emulator, b"x")
    emulator.fail("file", status=404)
    with pytest.raises(FileGone):
        await channel.fetch(ref)
    emulator.files.forget(ref)
    with pytest.raises(FileGone):
        await channel.fetch(ref)


@pytest.mark.parametrize("how", [{"status": 502}, {"drop": True, "count": 2}])  # one lost GET is made again unseen
@pytest.mark.parametrize("method", ["getFile", "file"])
async def test_fetch_in_trouble_can_be_tried_again(
    emulator: Emulator, channel: TelegramChannel, method: str, how: dict[str, object]
) -> None:
    ref = await voice_ref(emulator, b"x")
    emulator.fail(method, **how)
    with pytest.raises(DeliveryFailed) as failed:
        await channel.fetch(ref)
    assert failed.value.retryable
    emulator.faults.clear()
    assert await channel.fetch(ref) == b"x"


async def test_fetch_that_telegram_puts_off_says_how_long(emulator: Emulator, channel: TelegramChannel) -> None:
    emulator.fail("getFile", retry_after=7)
    with pytest.raises(DeliveryFailed) as failed:
        await channel.fetch(await voice_ref(emulator, b"x"))
    assert (failed.value.retryable, failed.value.retry_after) == (True, 7.0)


async def test_fetch_has_a_deadline(
    emulator: Emulator, channel: TelegramChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.telegram.files._FETCH", 0.2)
    emulator.fail("file", delay=5)
    with pytest.raises(DeliveryFailed) as failed:
        await channel.fetch(await voice_ref(emulator, b"x"))
    assert failed.value.retryable
