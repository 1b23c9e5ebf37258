"""How large the tiny models are, and the words they know."""

from __future__ import annotations

import string

from transformers import BertTokenizer, BlipConfig, BlipProcessor
from transformers.models.blip.image_processing_pil_blip import BlipImageProcessorPil

from tests.easy_vqa import captions, questions

__all__ = ["SIDE", "config", "processor"]

SIDE = 64  # pixels
_WIDTH, _HEADS = 128, 4
_SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "[DEC]")
_LONGEST = 40  # tokens of a question; those of easy-vqa have at most 12


def processor() -> BlipProcessor:
    """Words of the training half, and letters for all other words."""
    texts = [*captions(False).values(), *(f"{one.question} {one.answer}" for one in questions(False))]
    words = sorted({word for text in texts for word in text.replace("?", " ?").split()})
    letters = list(string.ascii_lowercase + string.digits + ".,!'-")
    vocabulary = dict.fromkeys([*_SPECIAL, *words, *letters, *(f"##{one}" for one in string.ascii_lowercase)])
    tokenizer = BertTokenizer(
        vocab={word: number for number, word in enumerate(vocabulary)},
        bos_token="[DEC]",  # registered, or it stays in the decoded text
        model_max_length=_LONGEST,
    )
    return BlipProcessor(BlipImageProcessorPil(size={"height": SIDE, "width": SIDE}), tokenizer)


def config(tokenizer: BertTokenizer) -> BlipConfig:
    """Three layers that look, two that read or write, 128 wide."""
    common = {"hidden_size": _WIDTH, "intermediate_size": 4 * _WIDTH, "num_attention_heads": _HEADS}
    vision = common | {"num_hidden_layers": 3, "image_size": SIDE, "patch_size": 8, "hidden_act": "gelu"}
    text = common | {
        "num_hidden_layers": 2,
        "vocab_size": len(tokenizer),
        "max_position_embeddings": _LONGEST,
        "bos_token_id": tokenizer.bos_token_id,
        "eos_token_id": tokenizer.sep_token_id,
        "sep_token_id": tokenizer.sep_token_id,
        "pad_token_id": tokenizer.pad_token_id,
        "projection_dim": _WIDTH,
    }
    return BlipConfig(text_config=text, vision_config=vision, projection_dim=_WIDTH, image_text_hidden_size=_WIDTH)
