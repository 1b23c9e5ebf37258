"""Tiny vision-language models of the families people run, each with the processor and the marks of its family.

The templates say what those of the families say, as far as pictures and the two who speak are concerned.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.tiny.text import SIZES
from tests.tiny.tokenizing import chatml, speakable, tokenizer

__all__ = ["FAMILIES", "save_vision_model"]

_WIDE = {"initializer_range": 0.3}  # far from zero, so that what is seen makes a difference
_TEXT = SIZES | _WIDE
_VISION = {"hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 2, "num_attention_heads": 4} | _WIDE
_QWEN_VISION = {"depth": 2, "num_heads": 4, "hidden_size": 64, "intermediate_size": 128, "out_hidden_size": 64} | _WIDE
_QWEN_MARKS = {"image_token": "<|image_pad|>", "video_token": "<|video_pad|>"}
_QWEN_TEMPLATE = chatml("<|vision_start|><|image_pad|><|vision_end|>")
_SPOKEN = (
    "{% for message in messages %}{{ message.role | upper }}: {% for part in message.content %}"
    "{% if part.type == 'image' %}<image>\n{% else %}{{ part.text }}{% endif %}{% endfor %}END{% endfor %}"
    "{% if add_generation_prompt %}ASSISTANT:{% endif %}"
)

Made = tuple[Any, Any]  # model and processor


def _qwen2_5_vl() -> Made:
    import transformers as t

    words = tokenizer(["<|vision_start|>", "<|vision_end|>"], _QWEN_MARKS, _QWEN_TEMPLATE)
    config = t.Qwen2_5_VLConfig(
        text_config=_TEXT | {"vocab_size": len(words), "rope_scaling": {"type": "mrope", "mrope_section": [2, 2, 4]}},
        vision_config=_QWEN_VISION | {"fullatt_block_indexes": [1]},
        **_qwen_ids(words),
    )
    video = t.Qwen2VLVideoProcessor()
    processor = t.Qwen2_5_VLProcessor(t.Qwen2VLImageProcessor(), words, video, chat_template=_QWEN_TEMPLATE)
    return t.Qwen2_5_VLForConditionalGeneration(config), processor


def _qwen3_vl() -> Made:
    import transformers as t

    words = tokenizer(["<|vision_start|>", "<|vision_end|>"], _QWEN_MARKS, _QWEN_TEMPLATE)
    rope = {"rope_type": "default", "mrope_section": [4, 2, 2], "mrope_interleaved": True, "rope_theta": 5000000}
    config = t.Qwen3VLConfig(
        text_config=_TEXT | {"vocab_size": len(words), "head_dim": 16, "rope_parameters": rope},
        vision_config=_QWEN_VISION | {"num_position_embeddings": 64, "deepstack_visual_indexes": [0, 1]},
        **_qwen_ids(words),
    )
    pictures = t.Qwen2VLImageProcessor(patch_size=16, size={"shortest_edge": 4096, "longest_edge": 1_048_576})
    processor = t.Qwen3VLProcessor(pictures, words, t.Qwen3VLVideoProcessor(), chat_template=_QWEN_TEMPLATE)
    return t.Qwen3VLForConditionalGeneration(config), processor


def _qwen_ids(words: Any) -> dict[str, int]:
    return {
        "image_token_id": words.convert_tokens_to_ids("<|image_pad|>"),
        "video_token_id": words.convert_tokens_to_ids("<|video_pad|>"),
        "vision_start_token_id": words.convert_tokens_to_ids("<|vision_start|>"),
        "vision_end_token_id": words.convert_tokens_to_ids("<|vision_end|>"),
    }


def _smolvlm() -> Made:
    import transformers as t

    template = _SPOKEN.replace("<image>\n", "<image>").replace("END", "<end_of_utterance>\n")
    marks = ["<end_of_utterance>", "<fake_token_around_image>", "<global-img>"]
    marks += [f"<row_{row}_col_{column}>" for row in range(1, 5) for column in range(1, 5)]
    words = tokenizer(marks, {"image_token": "<image>"}, template)
    config = t.SmolVLMConfig(
        text_config={"model_type": "llama", "vocab_size": len(words), **_TEXT},
        vision_config=_VISION | {"image_size": 64, "patch_size": 16},
        image_token_id=words.convert_tokens_to_ids("<image>"),
        scale_factor=2,
    )
    side = {"longest_edge": 64}
    pictures = t.SmolVLMImageProcessor(size={"longest_edge": 128}, max_image_size=side)
    films = {"max_frames": 4, "fps": 1, "video_size": side}
    video = t.SmolVLMVideoProcessor(size=side, max_image_size=side, video_sampling=films)
    processor = t.SmolVLMProcessor(pictures, words, video, image_seq_len=4, chat_template=template)
    return t.SmolVLMForConditionalGeneration(config), processor


def _llava() -> Made:
    import transformers as t

    template = _SPOKEN.replace("END", " ")
    words = tokenizer((), {"image_token": "<image>"}, template)
    config = t.LlavaConfig(
        text_config={"model_type": "llama", "vocab_size": len(words), **_TEXT},
        vision_config={"model_type": "clip_vision_model", "image_size": 28, "patch_size": 14, **_VISION},
        image_token_index=words.convert_tokens_to_ids("<image>"),
        image_seq_length=4,
    )
    side = {"height": 28, "width": 28}
    processor = t.LlavaProcessor(
        t.CLIPImageProcessorPil(size={"shortest_edge": 28}, crop_size=side),
        words,
        patch_size=14,
        vision_feature_select_strategy="default",
        num_additional_image_tokens=1,
        chat_template=template,
    )
    return t.LlavaForConditionalGeneration(config), processor


def _llava_onevision() -> Made:
    import transformers as t

    template = chatml("<image>\n")
    words = tokenizer((), {"image_token": "<image>", "video_token": "<video>"}, template)
    grids = [[28, 28], [28, 56], [56, 28], [56, 56]]
    config = t.LlavaOnevisionConfig(
        text_config={"model_type": "qwen2", "vocab_size": len(words), **_TEXT},
        vision_config={"model_type": "siglip_vision_model", "image_size": 28, "patch_size": 14, **_VISION}
        | {"vision_use_head": False},
        image_token_index=words.convert_tokens_to_ids("<image>"),
        video_token_index=words.convert_tokens_to_ids("<video>"),
        image_grid_pinpoints=grids,
    )
    side = {"height": 28, "width": 28}
    processor = t.LlavaOnevisionProcessor(
        t.LlavaOnevisionImageProcessor(size=side, image_grid_pinpoints=grids),
        words,
        t.LlavaOnevisionVideoProcessor(size=side),
        num_image_tokens=4,
        vision_feature_select_strategy="full",
        chat_template=template,
    )
    return t.LlavaOnevisionForConditionalGeneration(config), processor


def _internvl() -> Made:
    import transformers as t

    template = chatml("<IMG_CONTEXT>\n")
    named = {
        "start_image_token": "<img>",
        "end_image_token": "</img>",
        "context_image_token": "<IMG_CONTEXT>",
        "video_token": "<video>",
    }
    words = tokenizer((), named, template)
    config = t.InternVLConfig(
        text_config={"model_type": "qwen2", "vocab_size": len(words), **_TEXT},
        vision_config=_VISION | {"image_size": [56, 56], "patch_size": [14, 14]},
        image_token_id=words.convert_tokens_to_ids("<IMG_CONTEXT>"),
        image_seq_length=4,
        tie_word_embeddings=False,
    )
    side = {"height": 56, "width": 56}
    processor = t.InternVLProcessor(
        t.GotOcr2ImageProcessor(size=side, crop_to_patches=True, max_patches=4),
        words,
        t.InternVLVideoProcessor(size=side),
        image_seq_length=4,
        chat_template=template,
    )
    return t.InternVLForConditionalGeneration(config), processor


FAMILIES: dict[str, Callable[[], Made]] = {
    "Qwen2.5-VL": _qwen2_5_vl,
    "Qwen3-VL": _qwen3_vl,
    "SmolVLM2": _smolvlm,
    "LLaVA": _llava,
    "LLaVA-OneVision": _llava_onevision,
    "InternVL": _internvl,
}


def save_vision_model(family: str, folder: Path) -> Path:
    """A model of the family with its processor, in ``folder``."""
    import torch
    from transformers import GenerationConfig

    torch.manual_seed(1)
    model, processor = FAMILIES[family]()
    model.generation_config = GenerationConfig(**speakable(processor.tokenizer))
    model.save_pretrained(folder)
    processor.save_pretrained(folder)
    return folder
