"""Eyes for a small language model: a projector file of a few random layers, which llama.cpp loads as any other.

It is shaped as LLaVA's: a vision transformer (CLIP's) and two linear layers into the language model's width. What it
sees is noise to the language model, but a different noise for every picture.
"""

from __future__ import annotations

from pathlib import Path

import gguf
import numpy as np

__all__ = ["write_projector"]

_SIDE, _PATCH, _WIDTH, _INNER, _HEADS, _LAYERS = 28, 14, 32, 64, 2, 2
_INTO = 576  # the width of SmolLM2-135M


def write_projector(path: Path) -> Path:
    """1.5 MB. Names of tensors and keys: llama.cpp, tools/mtmd/clip-impl.h."""
    writer = gguf.GGUFWriter(path, "clip")
    _describe(writer)
    chance = np.random.default_rng(0)
    for name, shape in _shapes().items():
        normal = "ln" in name
        tensor = np.full(shape, name.endswith("weight")) if normal else chance.standard_normal(shape) * 0.02
        writer.add_tensor(name, tensor.astype(np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _describe(writer: gguf.GGUFWriter) -> None:
    writer.add_type("mmproj")
    writer.add_clip_has_vision_encoder(True)
    writer.add_clip_projector_type("mlp")
    writer.add_vision_projection_dim(_INTO)
    writer.add_vision_image_size(_SIDE)
    writer.add_vision_patch_size(_PATCH)
    writer.add_vision_embedding_length(_WIDTH)
    writer.add_vision_feed_forward_length(_INNER)
    writer.add_vision_block_count(_LAYERS)
    writer.add_vision_head_count(_HEADS)
    writer.add_vision_attention_layernorm_eps(1e-5)
    writer.add_vision_image_mean([0.5] * 3)
    writer.add_vision_image_std([0.5] * 3)
    writer.add_vision_use_gelu(True)


def _shapes() -> dict[str, tuple[int, ...]]:
    shapes: dict[str, tuple[int, ...]] = {
        "v.class_embd": (_WIDTH,),
        "v.patch_embd.weight": (_WIDTH, 3, _PATCH, _PATCH),
        "v.position_embd.weight": ((_SIDE // _PATCH) ** 2 + 1, _WIDTH),
        **_normal("v.pre_ln"),
        **_linear("mm.0", _WIDTH, _INTO),
        **_linear("mm.2", _INTO, _INTO),
    }
    for layer in range(_LAYERS):
        block = f"v.blk.{layer}"
        shapes |= _normal(f"{block}.ln1") | _normal(f"{block}.ln2")
        for part in ("q", "k", "v", "out"):
            shapes |= _linear(f"{block}.attn_{part}", _WIDTH, _WIDTH)
        shapes |= _linear(f"{block}.ffn_up", _WIDTH, _INNER) | _linear(f"{block}.ffn_down", _INNER, _WIDTH)
    return shapes


def _linear(name: str, inputs: int, outputs: int) -> dict[str, tuple[int, ...]]:
    return {f"{name}.weight": (outputs, inputs), f"{name}.bias": (outputs,)}


def _normal(name: str) -> dict[str, tuple[int, ...]]:
    return {f"{name}.weight": (_WIDTH,), f"{name}.bias": (_WIDTH,)}
