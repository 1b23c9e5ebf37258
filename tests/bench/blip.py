"""Captions by the small BLIP that learned, through its host: 32 pictures at once against one after another."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

from agents.models.caller import CALLER
from agents.models.hosted import HostedSense
from agents.models.making import Making
from agents.models.reference import ModelReference
from agents.models.transformers.blip import BlipCaptioner
from tests.bench.figures import Figure, percentile
from tests.bench.scale import Scale
from tests.data.checkpoints import CAPTIONER
from tests.easy_vqa import picture

__all__ = ["measure"]

TOGETHER = 32


async def measure(scale: Scale) -> AsyncIterator[Figure]:
    making = Making(ModelReference.parse(f"blip:{CAPTIONER}?together={TOGETHER}"), lambda: None)
    sense: HostedSense[BlipCaptioner, object] = HostedSense(
        BlipCaptioner.declare(making.reference), making.host(BlipCaptioner), BlipCaptioner.caption, deadline=600
    )
    pictures = [picture(at, True) for at in range(scale.of(TOGETHER, 4))]
    try:
        await sense.perceive(pictures[0])
        ratios = [await _alone(sense, pictures) / await _together(sense, pictures) for _ in range(scale.of(5, 1))]
    finally:
        await sense.stop()
    about = f"captions by the small BLIP, {len(pictures)} at once to one after another"
    yield Figure(about, percentile(ratios, 50), "x")


async def _alone(sense: HostedSense[BlipCaptioner, object], pictures: list[object]) -> float:
    began = time.perf_counter()
    for shown in pictures:
        assert await sense.perceive(shown)
    return time.perf_counter() - began


async def _together(sense: HostedSense[BlipCaptioner, object], pictures: list[object]) -> float:
    async def asked(number: int, shown: object) -> None:
        CALLER.set(str(number))
        assert await sense.perceive(shown)

    began = time.perf_counter()
    await asyncio.gather(*(asked(number, shown) for number, shown in enumerate(pictures)))
    return time.perf_counter() - began
