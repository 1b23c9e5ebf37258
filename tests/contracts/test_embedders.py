"""What every embedder keeps to: as an adapter in its host's thread, the scripted one included."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from agents.errors import ModelCrashed, ModelLate, ModelUnavailable, ReferenceInvalid
from agents.models.fallback import either
from agents.models.host import Host
from agents.models.hosted import HostedEmbedder
from agents.models.ladder import Rung
from agents.models.metrics import Metrics
from agents.models.reference import ModelReference
from agents.models.scripted import ScriptedEmbedder
from agents.models.transformers.embedding import SentenceEmbedder
from agents.ports import Card, Embedder
from tests.embedded import folder_or_skip
from tests.tiny.kept import encoder

MINILM = "sentence-transformers/all-MiniLM-L6-v2"
TEXTS = ["What a fine day", "", "What a fine day", "Noodles and tea, please! " * 200, "牛肉面多少钱？ 😀 \ud83d"]


@dataclass(frozen=True)
class Kind:
    adapter: Any
    reference: str
    made: Callable[[], Path | None]

    def __call__(self) -> Embedder:
        made: Embedder = self.adapter(ModelReference.parse(self.reference), self.made())
        return made

    def __str__(self) -> str:
        return self.reference


KINDS = [
    Kind(ScriptedEmbedder, "scripted:vectors", lambda: None),
    Kind(SentenceEmbedder, "sentence:tiny?pooling=cls&tokens=32", encoder),
    pytest.param(
        Kind(SentenceEmbedder, f"sentence:{MINILM}?device=cpu", lambda: folder_or_skip(MINILM)),
        marks=pytest.mark.embedded,
        id="minilm",
    ),
]


@pytest.fixture(scope="module", params=KINDS, ids=str)
def kind(request: pytest.FixtureRequest) -> Kind:
    return request.param


@pytest.fixture(scope="module")
def embedder(kind: Kind) -> Embedder:
    return kind()


def hosted(kind: Kind, deadline: float = 60) -> HostedEmbedder[Embedder]:
    card = kind.adapter.declare(ModelReference.parse(kind.reference))
    return HostedEmbedder(card, Host(kind.reference, [Rung(kind)]), kind.adapter.embed, deadline=deadline)


def test_the_card_is_what_was_declared(kind, embedder):
    assert isinstance(embedder.card, Card)
    assert embedder.card == kind.adapter.declare(ModelReference.parse(kind.reference))
    assert embedder.card.reference == kind.reference
    assert embedder.card.confidence
    assert embedder.card.together > 1


def test_vectors_are_float32_of_one_length_and_unit_norm(embedder):
    vectors = embedder.embed(TEXTS)
    assert vectors.dtype == np.float32
    assert vectors.shape == (len(TEXTS), vectors.shape[1])
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert embedder.embed([]).shape == (0, vectors.shape[1])


def test_the_same_text_has_the_same_vector_wherever_it_stands(embedder):
    vectors = embedder.embed(TEXTS)
    assert np.allclose(vectors[0], vectors[2], atol=1e-5)
    assert np.allclose(vectors[0], embedder.embed([TEXTS[0]])[0], atol=1e-5)
    assert not np.allclose(vectors[0], vectors[3], atol=1e-3)


def test_an_unknown_option_is_refused():
    with pytest.raises(ReferenceInvalid):
        SentenceEmbedder.declare(ModelReference.parse("sentence:tiny?colour=blue"))


async def test_a_host_embeds_many_texts_at_once_each_for_its_own_caller(kind, embedder):
    face = hosted(kind)
    try:
        await face.load()
        vectors = await asyncio.gather(*(face.embed(text) for text in TEXTS * 3))
        assert np.allclose(vectors, np.concatenate([embedder.embed(TEXTS)] * 3), atol=1e-5)
        assert face.card == embedder.card
    finally:
        await face.stop()


async def test_after_it_is_stopped_it_is_unavailable(kind):
    face = hosted(kind)
    await face.stop()
    with pytest.raises(ModelUnavailable):
        await face.embed("What a fine day")


async def test_one_that_is_late_or_breaks_is_told_as_such():
    slow = hosted(Kind(ScriptedEmbedder, "scripted:vectors?seconds=0.5", lambda: None), deadline=0.05)
    with pytest.raises(ModelLate):
        await slow.embed("What a fine day")
    await slow.stop()
    broken = hosted(Kind(ScriptedEmbedder, "scripted:vectors?fail=crash", lambda: None))
    with pytest.raises(ModelCrashed):
        await broken.embed("What a fine day")
    await broken.stop()
    absent = hosted(Kind(ScriptedEmbedder, "scripted:vectors?fail=load", lambda: None))
    with pytest.raises(ModelUnavailable):
        await absent.load()
    await absent.stop()


async def test_several_have_the_face_of_one():
    hosted_ones = [hosted(Kind(ScriptedEmbedder, f"scripted:{name}", lambda: None)) for name in ("a?fail=load", "b")]
    several = either("embeddings", hosted_ones, Metrics())
    await several.load()
    vectors = await asyncio.gather(*(several.embed(text) for text in TEXTS))
    assert np.allclose(vectors, ScriptedEmbedder(ModelReference.parse("scripted:b")).embed(TEXTS))
    assert several.card.reference == "scripted:b"
    await several.stop()
    with pytest.raises(ModelUnavailable):
        await several.embed("What a fine day")


def test_scripted_texts_are_as_near_as_they_have_words_in_common():
    near = ScriptedEmbedder(ModelReference.parse("scripted:vectors")).embed(
        ["noodles and tea", "tea and noodles please", "the train leaves"]
    )
    assert near[0] @ near[1] > 0.8 > near[0] @ near[2]
