"""An engine without memory, or whose device is gone, is told as that by every adapter; other errors stay the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from PIL import Image

from agents.errors import DeviceLost, ModelOutOfMemory, ModelRefused
from agents.models.failures import lack, working
from agents.models.reference import ModelReference
from agents.models.transformers.classifier import Classifier
from agents.models.transformers.embedding import SentenceEmbedder
from agents.models.transformers.emotion import SpeechEmotion
from agents.models.transformers.vlm import VisionLanguageModel
from agents.ports import Question, Sound
from tests.tiny.kept import encoder, sound_classifier, text_classifier, vision_model

PICTURE = Image.effect_noise((60, 40), 80).convert("RGB")


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB"),
        torch.AcceleratorError("CUDA error: out of memory"),
        RuntimeError("MPS backend out of memory (MPS allocated: 8.00 GB)"),
        RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"),
        RuntimeError("CUDA failed with error out of memory"),
    ],
)
def test_memory_that_lacks(error: BaseException) -> None:
    assert isinstance(lack("x", error), ModelOutOfMemory)


def test_memory_that_lacks_on_the_processor() -> None:
    with pytest.raises(ModelOutOfMemory), working("x"):
        torch.empty(1 << 50)


@pytest.mark.parametrize(
    "error",
    [
        torch.AcceleratorError("something of another accelerator"),
        RuntimeError("CUDA error: device-side assert triggered"),
        RuntimeError("CUDA error: no CUDA-capable device is detected"),
        RuntimeError("No CUDA GPUs are available"),
        RuntimeError("CUDA failed with error unspecified launch failure"),
        RuntimeError("HIP error: invalid device function"),
    ],
)
def test_a_device_that_is_gone_or_broken(error: BaseException) -> None:
    assert isinstance(lack("x", error), DeviceLost)


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError("mat1 and mat2 shapes cannot be multiplied"),
        ValueError("out of memory"),
        ModelRefused("x", "CUDA error: in a question"),
    ],
)
def test_other_errors_stay_as_they_are(error: Exception) -> None:
    with pytest.raises(type(error)) as told, working("x"):
        raise error
    assert told.value is error


Asked = Callable[[Any], object]


@pytest.mark.parametrize(
    ("backend", "kind", "folder", "ask"),
    [
        ("classifier", Classifier, text_classifier, lambda model: model.read_sentiment(["fine"])),
        ("embed", SentenceEmbedder, encoder, lambda model: model.embed(["fine"])),
        ("emotion", SpeechEmotion, sound_classifier, lambda model: model.hear_emotion([noise()])),
        ("vlm", VisionLanguageModel, vision_model, lambda model: model.caption([PICTURE])),
        ("vlm", VisionLanguageModel, vision_model, lambda model: model.answer([Question(PICTURE, "what?")])),
    ],
)
@pytest.mark.parametrize(
    ("raised", "expected"),
    [
        (torch.OutOfMemoryError("CUDA out of memory"), ModelOutOfMemory),
        (torch.AcceleratorError("CUDA error: unspecified launch failure"), DeviceLost),
    ],
)
def test_every_adapter_says_so(
    backend: str, kind: Any, folder: Any, ask: Asked, raised: Exception, expected: type[Exception]
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise raised

    model = kind(ModelReference.parse(f"{backend}:tiny"), folder())
    model._model.register_forward_pre_hook(broken)
    with pytest.raises(expected):
        ask(model)


def noise() -> Sound:
    samples = torch.randn(16_000, generator=torch.Generator().manual_seed(1)).numpy()
    return Sound(samples, 16_000)
