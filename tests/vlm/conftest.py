"""Tests of every family of vision-language models: ``make test-vlm`` runs them where torchvision is."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

from agents.models.making import Making
from agents.models.reference import ModelReference
from agents.models.transformers.vlm import VisionLanguageModel
from tests.tiny.kept import vision_model
from tests.tiny.vision import FAMILIES

if find_spec("torchvision") is None:  # the default environment: most families' processors do not load in it
    collect_ignore_glob = ["test_*.py"]

OPTIONS = "?brief=6&pixels=16384&temperature=0"


@pytest.fixture(scope="module", params=list(FAMILIES))
def family(request: pytest.FixtureRequest) -> str:
    """The families, one after another."""
    return request.param


@pytest.fixture(scope="module")
def making(family: str) -> Making:
    """What wiring hands over for a model of the family."""
    return Making(ModelReference.parse(f"vlm:tiny/{family}{OPTIONS}"), lambda: vision_model(family))


@pytest.fixture(scope="module")
def model(family: str) -> VisionLanguageModel:
    """A loaded model of the family."""
    return VisionLanguageModel(ModelReference.parse(f"vlm:tiny/{family}{OPTIONS}"), vision_model(family))
