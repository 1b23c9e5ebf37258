"""Decoding in children: as good as decoding here, and nothing a stranger sends outlives its time or its memory."""

from __future__ import annotations

import asyncio
import io
import os
import signal
import struct
import subprocess
import sys
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import numpy as np
import psutil
import pytest
from PIL import Image

from agents.decoding.inside import InsideDecoder
from agents.decoding.pool import DECODER, DecodingPool
from agents.errors import MediaUnreadable, ModelBusy, ModelUnavailable
from agents.limits import Limits
from agents.models.metrics import Metrics
from agents.ports import Decoder
from tests.pdfs import pdf
from tests.pictures import sign
from tests.sounds import voice
from tests.videos import clip, scene
from tests.waiting import until

PATIENCE = 20.0  # seconds
PARENT = """
import asyncio
from agents.decoding.pool import DecodingPool
from agents.limits import Limits
from agents.models.metrics import Metrics

async def main():
    pool = DecodingPool(Limits())
    await pool.warm()
    print(pool.pids[0], flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


@asynccontextmanager
async def pool(limits: Limits | None = None, **options: Any) -> AsyncIterator[DecodingPool]:
    decoders = DecodingPool(limits or Limits(), **options)
    try:
        yield decoders
    finally:
        await decoders.stop()
        assert psutil.Process().children() == []


async def refused(decoder: Decoder, data: bytes) -> str:
    with pytest.raises(MediaUnreadable) as refusal:
        await decoder.picture(data)
    return refusal.value.reason


def slow_picture(side: int = 6_000) -> bytes:
    """A small PNG that takes long to decode: all one colour."""
    row = b"\x00" + bytes(3 * side)
    body = zlib.compress(row * side, 9)

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", body) + chunk(b"IEND", b"")


async def test_pixels_and_samples_are_the_same_as_decoded_here() -> None:
    inside = InsideDecoder(Limits())
    async with pool() as decoders:
        for data in (sign(), sign(media_type="image/png")):
            here, there = await inside.picture(data), await decoders.picture(data)
            assert there.mode == "RGB" and there.size == here.size
            assert there.tobytes() == here.tobytes()
        there, here = await decoders.sound(voice("en-train")), await inside.sound(voice("en-train"))
        assert there.rate == here.rate and np.array_equal(there.samples, here.samples)


async def test_videos_and_documents_are_the_same_as_decoded_here() -> None:
    inside = InsideDecoder(Limits())
    data = clip([scene(1), scene(2)], seconds=1, said=voice("en-train"))
    async with pool(workers=1) as decoders:
        here, there = await inside.video(data, 6), await decoders.video(data, 6)
        assert [frame.span for frame in there.frames] == [frame.span for frame in here.frames]
        assert [frame.picture.tobytes() for frame in there.frames] == [f.picture.tobytes() for f in here.frames]
        assert there.sound and here.sound and np.array_equal(there.sound.samples, here.sound.samples)
        assert (there.seconds, there.read) == (here.seconds, here.read)
        silent = await decoders.video(clip([scene(3)], seconds=1), 1)
        assert (len(silent.frames), silent.sound) == (1, None)
        for document in (pdf(["one", "two"]), "今天的会议".encode("gb18030"), b"plain"):
            assert await decoders.document(document) == await inside.document(document)
        assert len(decoders.pids) == 1


async def test_refusals_of_videos_and_documents_keep_their_reasons() -> None:
    async with pool(workers=1) as decoders:
        for asked, reason in ((decoders.video(b"none", 6), "not-video"), (decoders.document(b"\0"), "not-text")):
            with pytest.raises(MediaUnreadable) as refusal:
                await asked
            assert refusal.value.reason == reason


@pytest.mark.parametrize("size", [(1, 1), (65_000, 1), (1, 65_000), (400, 1_000), (257, 1_021)])
async def test_pictures_of_any_shape_come_whole(size: tuple[int, int]) -> None:
    pixels = np.random.default_rng(3).integers(0, 255, (size[1], size[0], 3), np.uint8)
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "PNG")
    async with pool() as decoders:
        assert np.array_equal(np.asarray(await decoders.picture(stream.getvalue())), pixels)


async def test_a_refusal_keeps_its_reason_and_its_child() -> None:
    async with pool(workers=1) as decoders:
        assert await refused(decoders, b"no picture") == "not-an-image"
        assert await refused(decoders, b"") == "empty"
        (child,) = decoders.pids
        await decoders.picture(sign())
        assert decoders.pids == [child]


async def test_children_start_when_needed_and_no_more_than_allowed() -> None:
    async with pool() as decoders:
        assert decoders.pids == []
        await decoders.warm()
        assert len(decoders.pids) == 1
        await asyncio.gather(*(decoders.picture(sign()) for _ in range(8)))
        assert len(decoders.pids) == 2


async def test_of_idle_children_one_stays() -> None:
    async with pool(spare=0.2) as decoders:
        await asyncio.gather(*(decoders.picture(sign()) for _ in range(2)))
        both = list(decoders.pids)
        assert len(both) == 2
        await until(lambda: len(psutil.Process().children()) == 1, within=PATIENCE)
        (left,) = decoders.pids
        assert left in both
        await decoders.picture(sign())
        assert decoders.pids == [left]


async def test_what_takes_too_long_is_given_up_and_the_next_file_decoded() -> None:
    async with pool(Limits(decode_deadline=0.2), workers=1) as decoders:
        await decoders.warm()
        (child,) = decoders.pids
        assert await refused(decoders, slow_picture()) == "too-costly"
        assert not psutil.pid_exists(child)
        assert (await decoders.picture(sign())).size[0] > 100


async def test_what_takes_too_much_memory_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agents.limits._BYTES_A_PIXEL", 1)
    monkeypatch.setattr("agents.limits._BYTES_ANYWAY", 8 << 20)
    async with pool(workers=1) as decoders:
        assert await refused(decoders, slow_picture()) == "too-costly"
        memory = psutil.Process(decoders.pids[0]).memory_info()
        assert memory.rss < 200 << 20
        await decoders.picture(sign())


async def test_a_child_that_dies_takes_nothing_else_with_it() -> None:
    async with pool(workers=1) as decoders:
        await decoders.warm()
        (child,) = decoders.pids
        waiting = asyncio.create_task(refused(decoders, slow_picture()))
        await asyncio.sleep(0.1)
        os.kill(child, signal.SIGSEGV)
        assert await waiting == "too-costly"
        await decoders.picture(sign())
        assert child not in decoders.pids


async def test_a_child_that_died_idle_is_replaced_without_blame() -> None:
    async with pool(workers=1) as decoders:
        await decoders.warm()
        (child,) = decoders.pids
        os.kill(child, signal.SIGKILL)
        await until(lambda: not psutil.pid_exists(child), within=PATIENCE)
        await decoders.picture(sign())


async def test_cancelling_frees_the_place_at_once() -> None:
    async with pool(workers=1) as decoders:
        await decoders.warm()
        (child,) = decoders.pids
        task = asyncio.create_task(decoders.picture(slow_picture()))
        await asyncio.sleep(0.1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert not psutil.pid_exists(child)
        assert decoders.pids == []
        await decoders.picture(sign())


async def test_a_full_queue_is_told() -> None:
    async with pool(workers=1, waiting=2) as decoders:
        tasks = [asyncio.create_task(decoders.picture(sign())) for _ in range(4)]
        ended = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(end) for end in ended if isinstance(end, BaseException)] == [ModelBusy]


async def test_a_decoder_that_cannot_be_had_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "/nowhere/python")
    async with pool() as decoders:
        await decoders.warm()
        with pytest.raises(ModelUnavailable):
            await decoders.picture(sign())


async def test_the_child_knows_no_secret_opens_no_file_and_dumps_no_core(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    async with pool(workers=1) as decoders:
        await decoders.picture(sign())
        child = psutil.Process(decoders.pids[0])
        assert "secret" not in child.environ().values()
        for kind in (psutil.RLIMIT_CORE, psutil.RLIMIT_FSIZE):
            assert child.rlimit(kind) == (0, 0)
        assert child.rlimit(psutil.RLIMIT_NOFILE) == (3, 3)
        assert child.rlimit(psutil.RLIMIT_AS)[0] < Limits().decode_memory + (1 << 30)
        assert child.rlimit(psutil.RLIMIT_CPU)[0] <= Limits().decode_deadline + 5
        assert os.getpgid(child.pid) == child.pid


def test_the_child_ends_with_its_parent() -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        child = psutil.Process(int(parent.stdout.readline()))
        parent.kill()
        assert psutil.wait_procs([child], timeout=PATIENCE)[1] == []


async def test_what_is_decoded_what_is_refused_and_who_finds_no_place_is_counted() -> None:
    metrics = Metrics()

    def value(name: str, **labels: str) -> float | None:
        return metrics.registry.get_sample_value(f"parley_model_{name}", {"model": DECODER, "device": "", **labels})

    async with pool(workers=1, waiting=0, meter=metrics.of(DECODER)) as decoders:
        assert await refused(decoders, b"no picture") == "not-an-image"
        found = await asyncio.gather(*(decoders.picture(sign()) for _ in range(2)), return_exceptions=True)
    assert [type(one) for one in found if isinstance(one, Exception)] == [ModelBusy]
    assert value("run_seconds_count") == 1
    assert value("queue_seconds_count") == 2
    assert value("errors_total", code="media-unreadable") == 1
    assert value("errors_total", code="model-busy") == 1
