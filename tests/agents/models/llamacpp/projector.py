"""Eyes and ears for a small language model: a projector file of a few random layers, which llama.cpp loads as any.

The eyes are shaped as LLaVA's (CLIP's vision transformer and two linear layers into the language model's width), the
ears as Ultravox's (Whisper's encoder, and layers that take many of its steps together). What they perceive is noise to
the language model, but another noise for every picture and sound.
"""

from __future__ import annotations

from pathlib import Path

import gguf
import numpy as np

__all__ = ["write_projector"]

Shapes = dict[str, tuple[int, ...]]

_INTO = 576  # the width of SmolLM2-135M
_WIDTH, _INNER, _HEADS, _LAYERS, _EPSILON = 32, 64, 2, 2, 1e-5
_SIDE, _PATCH = 28, 14  # pixels
_BANDS, _STEPS, _TOGETHER = 80, 1500, 50  # of Whisper's spectrogram, of its encoder, and of those that become one token


def write_projector(path: Path) -> Path:
    """2.3 MB. Names of tensors and keys: llama.cpp, tools/mtmd/clip-impl.h."""
    writer = gguf.GGUFWriter(path, "clip")
    writer.add_type("mmproj")
    _describe_eyes(writer)
    _describe_ears(writer)
    chance = np.random.default_rng(0)
    for name, shape in (_eyes() | _ears()).items():
        normal = "ln" in name or "norm" in name
        tensor = np.full(shape, name.endswith("weight")) if normal else chance.standard_normal(shape) * 0.02
        convolves = name.startswith("a.conv") and name.endswith("weight")
        writer.add_tensor(name, tensor.astype(np.float16 if convolves else np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _describe_eyes(writer: gguf.GGUFWriter) -> None:
    writer.add_clip_has_vision_encoder(True)
    writer.add_clip_vision_projector_type("mlp")
    writer.add_vision_projection_dim(_INTO)
    writer.add_vision_image_size(_SIDE)
    writer.add_vision_patch_size(_PATCH)
    writer.add_vision_embedding_length(_WIDTH)
    writer.add_vision_feed_forward_length(_INNER)
    writer.add_vision_block_count(_LAYERS)
    writer.add_vision_head_count(_HEADS)
    writer.add_vision_attention_layernorm_eps(_EPSILON)
    writer.add_vision_image_mean([0.5] * 3)
    writer.add_vision_image_std([0.5] * 3)
    writer.add_vision_use_gelu(True)


def _describe_ears(writer: gguf.GGUFWriter) -> None:
    writer.add_clip_has_audio_encoder(True)
    writer.add_clip_audio_projector_type("ultravox")
    writer.add_audio_projection_dim(_INTO)
    writer.add_audio_embedding_length(_WIDTH)
    writer.add_audio_feed_forward_length(_INNER)
    writer.add_audio_block_count(_LAYERS)
    writer.add_audio_head_count(_HEADS)
    writer.add_audio_attention_layernorm_eps(_EPSILON)
    writer.add_audio_num_mel_bins(_BANDS)
    writer.add_audio_stack_factor(_TOGETHER)


def _eyes() -> Shapes:
    return {
        "v.class_embd": (_WIDTH,),
        "v.patch_embd.weight": (_WIDTH, 3, _PATCH, _PATCH),
        "v.position_embd.weight": ((_SIDE // _PATCH) ** 2 + 1, _WIDTH),
        **_normal("v.pre_ln"),
        **_blocks("v"),
        **_linear("mm.0", _WIDTH, _INTO),
        **_linear("mm.2", _INTO, _INTO),
    }


def _ears() -> Shapes:
    shapes: Shapes = {
        "a.position_embd.weight": (_STEPS, _WIDTH),
        **_normal("a.post_ln"),
        **_blocks("a"),
        "mm.a.norm_pre.weight": (_WIDTH * _TOGETHER,),
        "mm.a.mlp.1.weight": (_INNER, _WIDTH * _TOGETHER),
        "mm.a.norm_mid.weight": (_INNER // 2,),
        "mm.a.mlp.2.weight": (_INTO, _INNER // 2),
    }
    for number, channels in ((1, _BANDS), (2, _WIDTH)):
        shapes |= {f"a.conv1d.{number}.weight": (_WIDTH, channels, 3), f"a.conv1d.{number}.bias": (_WIDTH, 1)}
    for layer in range(_LAYERS):
        del shapes[f"a.blk.{layer}.attn_k.bias"]  # Whisper has none
    return shapes


def _blocks(kind: str) -> Shapes:
    shapes: Shapes = {}
    for layer in range(_LAYERS):
        block = f"{kind}.blk.{layer}"
        shapes |= _normal(f"{block}.ln1") | _normal(f"{block}.ln2")
        for part in ("q", "k", "v", "out"):
            shapes |= _linear(f"{block}.attn_{part}", _WIDTH, _WIDTH)
        shapes |= _linear(f"{block}.ffn_up", _WIDTH, _INNER) | _linear(f"{block}.ffn_down", _INNER, _WIDTH)
    return shapes


def _linear(name: str, inputs: int, outputs: int) -> Shapes:
    return {f"{name}.weight": (outputs, inputs), f"{name}.bias": (outputs,)}


def _normal(name: str) -> Shapes:
    return {f"{name}.weight": (_WIDTH,), f"{name}.bias": (_WIDTH,)}
