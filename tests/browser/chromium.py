"""The browser of these tests, and what it hears when a page listens to the microphone."""

from __future__ import annotations

import io
import shutil
import wave
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import av
import pytest
from playwright.async_api import Browser, async_playwright

__all__ = ["launched", "missing", "spoken_into"]

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_RATE = 48_000  # Hz


def missing() -> str | None:
    """Why there is no browser and how to get one; ``None`` when there is."""
    return None if _found() else "no Chromium on this machine: apt-get install chromium fonts-noto-cjk"


def _found() -> str | None:
    return next((path for name in _NAMES if (path := shutil.which(name))), None)


@asynccontextmanager
async def launched(microphone: Path) -> AsyncIterator[Browser]:
    """A browser that grants the microphone, on which the WAV file ``microphone`` is heard over and over."""
    if reason := missing():
        pytest.skip(reason)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=_found(),
            args=[
                "--no-sandbox",  # tests may run as root
                "--use-fake-ui-for-media-stream",
                "--use-fake-device-for-media-stream",
                f"--use-file-for-fake-audio-capture={microphone}",
            ],
        )
        yield browser
        await browser.close()


def spoken_into(folder: Path, recording: bytes) -> Path:
    """The recording as the 16-bit WAV file that Chromium's fake microphone takes, with a second of silence after it."""
    path = folder / "microphone.wav"
    resampler = av.AudioResampler(format="s16", layout="mono", rate=_RATE)
    with av.open(io.BytesIO(recording)) as source, wave.open(str(path), "wb") as target:
        target.setparams((1, 2, _RATE, 0, "NONE", ""))
        for frame in source.decode(audio=0):
            for piece in resampler.resample(frame):
                target.writeframes(piece.to_ndarray().tobytes())
        target.writeframes(bytes(2 * _RATE))
    return path
