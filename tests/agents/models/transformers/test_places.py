"""A model is laid over the GPUs its reference names, and over no others; nothing is quietly left to the processor."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
import torch
from transformers.integrations.accelerate import get_balanced_memory, infer_auto_device_map

from agents.errors import ModelOutOfMemory, ModelUnavailable, ReferenceInvalid
from agents.models.faster_whisper import FasterWhisper
from agents.models.reference import ModelReference
from agents.models.transformers.blip import BlipCaptioner
from agents.models.transformers.classifier import Classifier
from agents.models.transformers.llm import TransformersLLM, VisionLLM
from agents.models.transformers.places import device_of, where, whole
from agents.models.transformers.text import TextModel
from agents.models.transformers.vlm import VisionLanguageModel
from tests.tiny.kept import text_model

FREE = {0: 1000, 1: 3000, 2: 9000}  # bytes


@pytest.fixture
def gpus(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three, of which nothing but their count and memory can be asked."""
    monkeypatch.setattr("torch.cuda.is_available", lambda: True)
    monkeypatch.setattr("torch.cuda.device_count", lambda: len(FREE))
    monkeypatch.setattr("torch.cuda.mem_get_info", lambda gpu: (FREE[gpu], 10_000))


@pytest.mark.usefixtures("gpus")
def test_the_gpus_that_are_named_share_it_within_what_is_free() -> None:
    assert device_of("cuda:2+1", "x") == "cuda:2+1"
    assert where("cuda:2+1") == {"device_map": "balanced", "max_memory": {1: 2550, 2: 7650, "cpu": 0}}
    assert where("cuda:1") == {"device_map": {"": "cuda:1"}}
    assert where("cpu") == {"device_map": {"": "cpu"}}


@pytest.mark.usefixtures("gpus")
def test_what_is_told_reaches_transformers(monkeypatch: pytest.MonkeyPatch) -> None:
    told: dict[str, Any] = {}

    def from_pretrained(*_: object, **named: Any) -> None:
        told.update(named)
        raise torch.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr("transformers.AutoModelForCausalLM.from_pretrained", from_pretrained)
    with pytest.raises(ModelOutOfMemory):
        TextModel(ModelReference.parse("transformers:tiny?device=cuda:0+2"), text_model())
    assert told["device_map"] == "balanced"
    assert told["max_memory"] == {0: 850, 2: 7650, "cpu": 0}
    assert told["dtype"] == "auto"


@pytest.mark.usefixtures("gpus")
@pytest.mark.parametrize("device", ["cuda:0+3", "cuda:7", "mps"])
def test_a_gpu_that_is_not_there_is_refused(device: str) -> None:
    with pytest.raises(ModelUnavailable, match="no device"):
        device_of(device, "x")


def test_transformers_lays_layers_over_the_gpus_and_nowhere_else() -> None:
    from transformers import AutoConfig, AutoModelForCausalLM

    with torch.device("meta"):
        model = AutoModelForCausalLM.from_config(AutoConfig.from_pretrained(text_model()))
    size = sum(weight.nbytes for weight in model.parameters())
    unsplit = set(model._no_split_modules)

    def laid(room: int) -> set[object]:
        memory = get_balanced_memory(model, {0: room, 2: room, "cpu": 0}, unsplit)
        return set(infer_auto_device_map(model, memory, unsplit).values())

    assert laid(size) == {0, 2}
    assert laid(size // 4) & {"cpu", "disk"}


@pytest.mark.parametrize("place", ["cpu", "disk"])
def test_what_found_no_room_on_them_is_told_as_such(place: str) -> None:
    with pytest.raises(ModelOutOfMemory):
        whole(SimpleNamespace(hf_device_map={"layers.0": 0, "layers.1": place}), "x")


def test_a_model_that_is_where_it_should_be_is_whole() -> None:
    for places in ({"": "cpu"}, {"layers.0": 0, "layers.1": 2}):
        whole(SimpleNamespace(hf_device_map=places), "x")


@pytest.mark.parametrize(
    ("kind", "backend"), [(TransformersLLM, "transformers"), (VisionLLM, "vlm"), (VisionLanguageModel, "vlm")]
)
def test_models_that_write_can_be_laid_over_several(kind: Any, backend: str) -> None:
    assert kind.declare(ModelReference.parse(f"{backend}:x?device=cuda:0+1"))


@pytest.mark.parametrize(
    ("kind", "backend"), [(FasterWhisper, "faster-whisper"), (BlipCaptioner, "blip"), (Classifier, "classifier")]
)
def test_models_that_cannot_be_are_refused_with_what_to_write(kind: Any, backend: str) -> None:
    with pytest.raises(ReferenceInvalid, match="write device=cuda:1"):
        kind.declare(ModelReference.parse(f"{backend}:x?device=cuda:1+0"))
