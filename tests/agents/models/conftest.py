"""The real models of the embedded profile, loaded once for all tests that need them."""

from __future__ import annotations

import pytest

from agents.models.faster_whisper import FasterWhisper
from agents.models.imagenet import ImageNet
from agents.models.rapidocr import RapidOcr
from agents.models.reference import ModelReference
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
