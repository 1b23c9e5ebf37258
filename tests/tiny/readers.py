"""Tiny models of real architectures with random weights, saved as a repository would hold them.

They know nothing; what they prove is the way from files to findings.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

__all__ = ["save_encoder", "save_sound_classifier", "save_text_classifier"]

_WORDS = "the a food market train is good bad happy sad man eats meal today query : ! ? . , 好 坏 我 很".split()


def save_text_classifier(place: Path, labels: Sequence[str], **config: Any) -> Path:
    """A BERT with a head for classes."""
    from transformers import BertForSequenceClassification

    vocabulary = _save_tokenizer(place)
    told = _bert(vocabulary, id2label=dict(enumerate(labels)), label2id={one: n for n, one in enumerate(labels)})
    _save(BertForSequenceClassification, told, place, **config)
    return place


def save_encoder(place: Path) -> Path:
    """A BERT without any head, and without the pooler that sentence embeddings have no use for."""
    from transformers import BertModel

    _save(lambda config: BertModel(config, add_pooling_layer=False), _bert(_save_tokenizer(place)), place)
    return place


def save_sound_classifier(place: Path, labels: Sequence[str], rate: int = 16_000) -> Path:
    """A wav2vec 2.0 with a head for classes."""
    from transformers import Wav2Vec2Config, Wav2Vec2FeatureExtractor, Wav2Vec2ForSequenceClassification

    config = Wav2Vec2Config(
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        conv_dim=(16, 16, 16),
        conv_stride=(10, 8, 4),
        conv_kernel=(10, 8, 4),
        num_conv_pos_embeddings=16,
        num_conv_pos_embedding_groups=2,
        classifier_proj_size=16,
        initializer_range=0.5,
        feat_extract_norm="layer",
        do_stable_layer_norm=True,
        id2label=dict(enumerate(labels)),
        label2id={one: number for number, one in enumerate(labels)},
    )
    Wav2Vec2FeatureExtractor(sampling_rate=rate, return_attention_mask=True).save_pretrained(str(place))
    _save(Wav2Vec2ForSequenceClassification, config, place)
    return place


def _bert(vocabulary: int, **facts: Any) -> Any:
    from transformers import BertConfig

    return BertConfig(
        vocab_size=vocabulary,
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=64,
        initializer_range=0.5,
        **facts,
    )


def _save(kind: Any, config: Any, place: Path, **facts: Any) -> None:
    import torch

    for name, value in facts.items():
        setattr(config, name, value)
    torch.manual_seed(0)
    kind(config).save_pretrained(str(place))


def _save_tokenizer(place: Path) -> int:
    """Whole words and single signs; how many there are."""
    from transformers import BertTokenizerFast

    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *_WORDS, *map(chr, range(97, 123))]
    vocabulary = {word: number for number, word in enumerate(dict.fromkeys(words))}
    BertTokenizerFast(vocab=vocabulary, model_max_length=64).save_pretrained(str(place))
    return len(vocabulary)
