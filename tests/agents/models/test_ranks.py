"""Senses give way to the language model, wherever that is; the language model to nobody."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from agents.models.host import Host
from agents.models.job import Job
from agents.models.making import Making
from agents.models.reference import ModelReference
from agents.models.transformers.llm import VisionLLM
from agents.models.transformers.vlm import VisionLanguageModel

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux ranks threads")
REFERENCE = ModelReference.parse("vlm:some/model")


class Ranked:
    """A model that tells the rank of the thread it works in."""

    def __init__(self, reference: ModelReference, folder: Path | None) -> None:
        self.reference, self.folder = reference, folder

    def rank(self, items: Sequence[object]) -> list[int]:
        return [os.getpriority(os.PRIO_PROCESS, threading.get_native_id())] * len(items)


def making() -> Making:
    return Making(REFERENCE, lambda: None)


async def behind(host: Host[Any]) -> bool:
    """Whether its thread is ranked behind this one."""
    try:
        rank: int = await host.call(Job(Ranked.rank), "x")
    finally:
        host.close()
    return rank > os.getpriority(os.PRIO_PROCESS, threading.get_native_id())


async def test_a_sense_gives_way() -> None:
    assert await behind(making().host(Ranked))


@pytest.mark.parametrize("first", [True, False])
async def test_a_sense_that_shares_the_language_model_is_ranked_as_it_is(first: bool) -> None:
    shared = making()
    hosts = [shared.host(Ranked, gives_way=gives_way) for gives_way in (first, not first)]
    assert hosts[0] is hosts[1]
    assert not await behind(hosts[0])


def test_a_model_that_sees_gives_way_unless_it_is_the_language_model() -> None:
    made = making()
    assert made.host(VisionLanguageModel).gives_way
    VisionLLM.made(made)
    assert not made.host(VisionLanguageModel).gives_way
