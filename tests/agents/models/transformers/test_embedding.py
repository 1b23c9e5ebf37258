"""Texts become vectors that are near one another where the texts mean the same."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from agents.errors import ModelUnavailable, ReferenceInvalid
from agents.models.reference import ModelReference
from agents.models.transformers.embedding import SentenceEmbedder
from tests.embedded import folder_or_skip
from tests.tiny.readers import save_encoder, save_sound_classifier

MINILM = "sentence-transformers/all-MiniLM-L6-v2"
TEXTS = ["good food today", "", "bad train : the man", "a meal", "market ! " * 300]


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_encoder(tmp_path_factory.mktemp("encoder"))


def embedder(place: Path, tail: str = "") -> SentenceEmbedder:
    return SentenceEmbedder(ModelReference.parse(f"sentence:{place}{tail}"), None)


def test_no_texts_are_no_vectors_of_the_right_length(encoder):
    assert embedder(encoder).embed([]).shape == (0, 32)


def test_a_text_has_the_same_vector_alone_and_among_longer_ones(encoder):
    together = embedder(encoder).embed(TEXTS)
    alone = embedder(encoder, "?together=1").embed(TEXTS)
    assert np.allclose(together, alone, atol=1e-5)
    assert not np.allclose(together[0], together[2], atol=0.01)


def test_the_mean_and_the_first_token_are_different_vectors(encoder):
    mean, first = (embedder(encoder, f"?pooling={how}").embed(TEXTS) for how in ("mean", "cls"))
    assert np.allclose(np.linalg.norm(first, axis=1), 1, atol=1e-5)
    assert not np.allclose(mean, first, atol=0.01)


def test_a_prefix_stands_before_every_text(encoder):
    prefixed = embedder(encoder, "?prefix=query: ").embed(["good food"])
    assert np.allclose(prefixed, embedder(encoder).embed(["query: good food"]), atol=1e-6)


def test_the_mean_is_taken_over_the_words_and_not_over_the_padding(encoder):
    import torch

    states = torch.tensor([[[1.0, 0.0], [3.0, 0.0], [0.0, 9.0]]])
    assert embedder(encoder)._pooled(states, torch.tensor([[1, 1, 0]])).tolist() == [[2.0, 0.0]]


def test_models_of_another_kind_are_refused(tmp_path):
    with pytest.raises(ModelUnavailable):
        embedder(save_sound_classifier(tmp_path / "sound", ["neutral", "happy"]))
    with pytest.raises(ModelUnavailable, match=r"config\.json"):
        embedder(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("tail", "said"), [("?pooling=max", "pooling is one of cls, mean"), ("?poling=cls", "did you mean pooling")]
)
def test_wrong_options_are_refused_with_the_right_ones(tail, said):
    with pytest.raises(ReferenceInvalid, match=said):
        SentenceEmbedder.declare(ModelReference.parse(f"sentence:org/model{tail}"))


def test_the_catalogue_tells_what_a_model_knows_unless_the_reference_does():
    declare = SentenceEmbedder.declare
    assert declare(ModelReference.parse(f"sentence:{MINILM}")).languages == {"en"}
    assert declare(ModelReference.parse("sentence:org/model?languages=en,zh")).languages == {"en", "zh"}
    assert declare(ModelReference.parse("sentence:org/model")).languages is None


@pytest.mark.embedded
def test_english_sentences_of_one_meaning_are_nearer_than_others():
    """The real model: every question finds its own answer among eight, and paraphrases are near."""
    minilm = SentenceEmbedder(ModelReference.parse(f"sentence:{MINILM}"), folder_or_skip(MINILM))
    asked = {
        "How do I reset my password?": "I forgot my login credentials.",
        "What time does the train leave?": "When is the departure?",
        "A man is eating food.": "Someone is having a meal.",
        "The stock market fell today.": "Shares lost value this afternoon.",
        "It is raining heavily.": "There is a downpour outside.",
        "My dog is sick.": "The puppy needs a vet.",
        "She plays the piano beautifully.": "Her music on the keyboard is lovely.",
        "Where can I buy bread?": "I am looking for a bakery.",
    }
    left, right = minilm.embed(list(asked)), minilm.embed(list(asked.values()))
    near = left @ right.T
    own = np.diag(near)
    others = near[~np.eye(len(asked), dtype=bool)]
    print(f"cosine of paraphrases {own.mean():.2f}, of others {others.mean():.2f}")
    assert left.shape == (8, 384)
    assert (near.argmax(axis=1) == np.arange(len(asked))).all()
    assert own.mean() > others.mean() + 0.4
