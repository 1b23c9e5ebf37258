"""Tiny language models that write nonsense."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.tiny.tokenizing import speakable, tokenizer

SIZES = {
    "hidden_size": 64,  # bitsandbytes quantises blocks of 64
    "intermediate_size": 128,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 4096,
}


def save_text_model(folder: Path) -> Path:
    """The model with its tokenizer, in ``folder``."""
    return save_causal_model("qwen2", folder)


def save_causal_model(kind: str, folder: Path, **settings: Any) -> Path:
    """The same of another type, as transformers calls it."""
    import torch
    from transformers import AutoConfig, AutoModelForCausalLM, GenerationConfig

    torch.manual_seed(1)
    words = tokenizer()
    config = AutoConfig.for_model(kind, vocab_size=len(words), **(SIZES | settings))
    model = AutoModelForCausalLM.from_config(config)
    model.generation_config = GenerationConfig(**speakable(words))
    model.save_pretrained(folder)
    words.save_pretrained(folder)
    return folder
