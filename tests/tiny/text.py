"""A tiny Qwen2 that writes nonsense."""

from __future__ import annotations

from pathlib import Path

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
    import torch
    from transformers import GenerationConfig, Qwen2Config, Qwen2ForCausalLM

    torch.manual_seed(1)
    words = tokenizer()
    model = Qwen2ForCausalLM(Qwen2Config(vocab_size=len(words), **SIZES))
    model.generation_config = GenerationConfig(**speakable(words))
    model.save_pretrained(folder)
    words.save_pretrained(folder)
    return folder
