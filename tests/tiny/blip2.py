"""A tiny BLIP-2 with random weights, saved as on a hub."""

from __future__ import annotations

from pathlib import Path

from tests.data.checkpoints import VISUAL_QA

__all__ = ["save_blip2"]

_SMALL = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 64}


def save_blip2(writer: str, folder: Path, *, seed: int = 1) -> Path:
    """One that says anything, over ``opt`` (decoder only) or ``t5`` (encoder and decoder), with our own words."""
    import torch
    from transformers import AutoTokenizer, Blip2Config, Blip2ForConditionalGeneration
    from transformers.models.blip.image_processing_pil_blip import BlipImageProcessorPil

    torch.manual_seed(seed)
    tokenizer = AutoTokenizer.from_pretrained(VISUAL_QA)
    tokenizer.add_tokens(["<image>"], special_tokens=True)
    config = Blip2Config(
        vision_config=_SMALL | {"image_size": 32, "patch_size": 16},
        qformer_config=_SMALL | {"vocab_size": len(tokenizer), "encoder_hidden_size": 32},
        text_config=_WRITERS[writer] | {"vocab_size": len(tokenizer)},
        num_query_tokens=4,
        image_token_index=tokenizer.convert_tokens_to_ids("<image>"),
        initializer_range=1.0,  # or every picture would look the same to it
    )
    Blip2ForConditionalGeneration(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    BlipImageProcessorPil(size={"height": 32, "width": 32}).save_pretrained(folder)
    return folder


_MARKS = {"pad_token_id": 0, "bos_token_id": 2, "eos_token_id": 3}
_WRITERS = {
    "opt": _MARKS
    | {"model_type": "opt", "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "ffn_dim": 64}
    | {"max_position_embeddings": 128, "word_embed_proj_dim": 32, "init_std": 1.0},
    "t5": _MARKS
    | {"model_type": "t5", "d_model": 32, "d_kv": 16, "d_ff": 64, "num_layers": 2, "num_heads": 2}
    | {"decoder_start_token_id": 0, "initializer_factor": 3.0},
}
