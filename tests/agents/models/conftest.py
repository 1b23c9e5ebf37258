"""The real models of the embedded profile, loaded once for all tests; and what hosts an engine that a test holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from agents.models.faster_whisper import FasterWhisper
from agents.models.host import Host
from agents.models.hosted import HostedSense
from agents.models.imagenet import ImageNet
from agents.models.ladder import Rung
from agents.models.rapidocr import RapidOcr
from agents.models.reference import ModelReference
from tests.agents.models.held_engine import CARD, Engine, Hosted
from tests.embedded import folder


@pytest.fixture(scope="session")
def whisper() -> FasterWhisper:
    reference = ModelReference.parse("faster-whisper:Systran/faster-whisper-base")
    return FasterWhisper(reference, folder(reference.name))


@pytest.fixture(scope="session")
def classifier() -> ImageNet:
    reference = ModelReference.parse("imagenet:efficientnet-lite0")
    return ImageNet(reference, folder(reference.name))


@pytest.fixture(scope="session")
def reader() -> RapidOcr:
    return RapidOcr(ModelReference.parse("rapidocr:PP-OCRv6"))


@pytest.fixture
def engine() -> Engine:
    return Engine()


@pytest.fixture
def hosted() -> Iterator[Callable[..., Hosted]]:
    made: list[Hosted] = []

    def make(engine: Engine, **options: Any) -> Hosted:
        settings: dict[str, Any] = {"load": engine.load, "call": Engine.call, "deadline": 10.0} | options
        load, call, deadline = (settings.pop(name) for name in ("load", "call", "deadline"))
        card = replace(CARD, together=settings.pop("together", 1))
        made.append(HostedSense(card, Host(CARD.reference, [Rung(load)], **settings), call, deadline=deadline))
        return made[-1]

    yield make
    for host in made:
        host.host.close()
