"""An adapter that is told to gives its model's memory back, whoever still holds the adapter."""

from __future__ import annotations

import gc
import weakref
from typing import Any

import pytest

from agents.models.reference import ModelReference
from agents.models.transformers.blip import BlipCaptioner
from agents.models.transformers.classifier import Classifier
from agents.models.transformers.embedding import SentenceEmbedder
from agents.models.transformers.emotion import SpeechEmotion
from agents.models.transformers.vlm import VisionLanguageModel
from tests.data.checkpoints import CAPTIONER
from tests.tiny.kept import encoder, sound_classifier, text_classifier, vision_model


@pytest.mark.parametrize(
    ("backend", "kind", "folder"),
    [
        ("blip", BlipCaptioner, lambda: CAPTIONER),
        ("classifier", Classifier, text_classifier),
        ("sentence", SentenceEmbedder, encoder),
        ("emotion", SpeechEmotion, sound_classifier),
        ("vlm", VisionLanguageModel, vision_model),
    ],
)
def test_nothing_of_the_model_is_left(backend: str, kind: Any, folder: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    emptied: list[None] = []
    monkeypatch.setattr("torch.cuda.empty_cache", lambda: emptied.append(None))
    adapter = kind(ModelReference.parse(f"{backend}:tiny"), folder())
    model = weakref.ref(adapter._model)
    adapter.release()
    gc.collect()
    assert model() is None
    assert not emptied  # it was on no GPU
