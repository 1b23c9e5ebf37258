"""A voice note and four photos in one turn beside the slowest single model.

The models are scripted, hosted as real ones are (a thread each, media decoded in child processes), and take a fixed
time for a call, however many items it holds; the language model answers at once. The embedded models are shown as they
are: theirs is the time of one item, so four photos take four times as long as one.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path
from tempfile import TemporaryDirectory

from agents.errors import ModelUnavailable
from agents.values import Answered, ObservationKind, Photo, Turn, Voice
from bot.settings import Settings
from bot.wiring import House, wire
from tests.bench.figures import Figure, percentile
from tests.bench.scale import Scale
from tests.pictures import menu, sign
from tests.sounds import voice

__all__ = ["measure"]

PHOTOS = 4
_EACH = ObservationKind.TRANSCRIPT, ObservationKind.CAPTION, ObservationKind.TEXT_IN_IMAGE


def _turn() -> Turn:
    pictures = [sign("SALE 50%"), sign("EXIT"), sign("NO PARKING"), menu()]
    photos = [Photo(data, "image/png") for data in pictures]
    return Turn((Voice(voice("en-sign")), *photos), locale="en")


async def measure(scale: Scale) -> AsyncIterator[Figure]:
    async for figure in _scripted(scale.of(1.0, 0.05), turns=scale.of(5, 1)):
        yield figure
    if scale is Scale.FULL:
        async for figure in _embedded():
            yield figure


async def _scripted(seconds: float, turns: int) -> AsyncIterator[Figure]:
    settings = {
        "profile": "scripted",
        "asr": f"scripted:transcript?text=What do the signs say%3F&language=en&seconds={seconds}",
        "caption": f"scripted:caption?seconds={seconds}",
        "ocr": f"scripted:ocr?seconds={seconds}",
    }
    with TemporaryDirectory() as folder:
        async with wire(_settings(Path(folder), **settings)) as house:
            await house.models.load()
            took = [(await _took(house))[0] for _ in range(turns)]
    about = f"a voice and {PHOTOS} photos, models that take {seconds:g} s a call"
    yield Figure(f"{about}, p50", percentile(took, 50), "s")
    yield Figure("the same to the slowest single model", percentile(took, 50) / seconds, "x", 1.15)


async def _embedded() -> AsyncIterator[Figure]:
    with TemporaryDirectory() as folder:
        async with wire(_settings(Path(folder), profile="embedded")) as house:
            failed: list[str] = []
            await house.models.load(lambda loaded: failed.append(loaded.role) if loaded.error else None)
            if failed:
                raise ModelUnavailable(", ".join(failed), "run `make models`")
            took, slowest = await _took(house)
    yield Figure(f"a voice and {PHOTOS} photos, embedded models, whole turn", took, "s")
    for kind, seconds in slowest.items():
        yield Figure(f"until the last {kind} by the embedded models", seconds, "s")


def _settings(folder: Path, **settings: str) -> Settings:
    return Settings(_env_file=None, data_dir=folder, **settings)  # type: ignore[arg-type]


async def _took(house: House) -> tuple[float, dict[str, float]]:
    """Seconds of one turn, and of the slowest observation of each kind from asking to knowing."""
    began = time.perf_counter()
    async for event in house.conversing.assistant.answer(_turn()):
        if isinstance(event, Answered):
            seen = {o.kind: 0.0 for o in event.observations if o.kind in _EACH}
            for observation in event.observations:
                seen[observation.kind] = max(seen[observation.kind], observation.seconds)
            await asyncio.sleep(0)
            return time.perf_counter() - began, {str(kind): seconds for kind, seconds in seen.items()}
    raise AssertionError("a turn without an answer")
