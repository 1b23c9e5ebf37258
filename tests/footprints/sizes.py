"""Models of real sizes with random weights: what they take of memory is what those that learned take."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.data.checkpoints import VISUAL_QA
from tests.tiny.tokenizing import tokenizer

__all__ = ["SIZES"]

_BASE = {"hidden_size": 768, "intermediate_size": 3072, "num_hidden_layers": 12, "num_attention_heads": 12}
_SIDE = 384  # pixels, of Salesforce/blip-image-captioning-base and -vqa-base
_WORDS = 30_524


def _blip(kind: str, folder: Path) -> None:
    import transformers as t
    from transformers.models.blip.image_processing_pil_blip import BlipImageProcessorPil

    words = t.AutoTokenizer.from_pretrained(VISUAL_QA)
    marks = {"bos_token_id": words.bos_token_id, "eos_token_id": words.sep_token_id}
    marks |= {"sep_token_id": words.sep_token_id, "pad_token_id": words.pad_token_id}
    text = {**_BASE, **marks, "vocab_size": _WORDS, "encoder_hidden_size": 768, "projection_dim": 768}
    config = t.BlipConfig(text_config=text, vision_config={**_BASE, "image_size": _SIDE, "patch_size": 16})
    getattr(t, kind)(config).save_pretrained(folder)
    words.save_pretrained(folder)
    BlipImageProcessorPil(size={"height": _SIDE, "width": _SIDE}).save_pretrained(folder)


def _captioner(folder: Path) -> None:
    _blip("BlipForConditionalGeneration", folder)


def _answerer(folder: Path) -> None:
    _blip("BlipForQuestionAnswering", folder)


def _writer(folder: Path) -> None:
    """The shape of Qwen2.5-0.5B, in bfloat16 as it is published."""
    import torch
    import transformers as t

    words = tokenizer()
    config = t.Qwen2Config(
        vocab_size=151_936,
        hidden_size=896,
        intermediate_size=4864,
        num_hidden_layers=24,
        num_attention_heads=14,
        num_key_value_heads=2,
        tie_word_embeddings=True,
    )
    model = t.Qwen2ForCausalLM(config).to(torch.bfloat16)
    model.generation_config = _endless(words)
    model.save_pretrained(folder)
    words.save_pretrained(folder)


def _seer(folder: Path) -> None:
    """A Qwen2.5-VL of a seventh of the smallest that is published."""
    import torch
    import transformers as t

    from tests.tiny import vision

    words = tokenizer(["<|vision_start|>", "<|vision_end|>"], vision._QWEN_MARKS, vision._QWEN_TEMPLATE)
    text = {"hidden_size": 896, "intermediate_size": 4864, "num_hidden_layers": 24, "num_attention_heads": 14}
    text |= {"num_key_value_heads": 2, "vocab_size": len(words)}
    text["rope_scaling"] = {"type": "mrope", "mrope_section": [8, 12, 12]}
    seen = {"depth": 12, "num_heads": 12, "hidden_size": 768, "intermediate_size": 3072, "out_hidden_size": 896}
    config = t.Qwen2_5_VLConfig(
        text_config=text, vision_config=seen | {"fullatt_block_indexes": [5, 11]}, **vision._qwen_ids(words)
    )
    model = t.Qwen2_5_VLForConditionalGeneration(config).to(torch.bfloat16)
    model.generation_config = _endless(words)
    model.save_pretrained(folder)
    pictures, films = t.Qwen2VLImageProcessor(), t.Qwen2VLVideoProcessor()
    t.Qwen2_5_VLProcessor(pictures, words, films, chat_template=vision._QWEN_TEMPLATE).save_pretrained(folder)


def _reader(folder: Path) -> None:
    """The shape of BERT-base with a head for moods."""
    import transformers as t

    words = t.AutoTokenizer.from_pretrained(VISUAL_QA, model_max_length=512)
    words.save_pretrained(folder)
    moods = dict(enumerate(["negative", "neutral", "positive"]))
    config = t.BertConfig(id2label=moods, label2id={mood: number for number, mood in moods.items()})
    t.BertForSequenceClassification(config).save_pretrained(folder)


def _listener(folder: Path) -> None:
    """The shape of wav2vec 2.0 base with a head for emotions."""
    import transformers as t

    emotions = dict(enumerate(["neutral", "happy", "angry", "sad"]))
    config = t.Wav2Vec2Config(id2label=emotions, label2id={one: number for number, one in emotions.items()})
    t.Wav2Vec2FeatureExtractor(sampling_rate=16_000, return_attention_mask=True).save_pretrained(str(folder))
    t.Wav2Vec2ForSequenceClassification(config).save_pretrained(folder)


def _transcriber(folder: Path) -> None:
    """The shape of Whisper small, converted as those are that people load."""
    import transformers as t
    from ctranslate2.converters.transformers import TransformersConverter

    from tests.embedded import folder as installed

    base = installed("Systran/faster-whisper-base")
    unconverted = folder.with_name(f"{folder.name}-unconverted")
    wide = {"d_model": 768, "encoder_ffn_dim": 3072, "decoder_ffn_dim": 3072, "vocab_size": 51_865}
    heads = {f"{part}_attention_heads": 12 for part in ("encoder", "decoder")}
    layers = {f"{part}_layers": 12 for part in ("encoder", "decoder")}
    t.WhisperForConditionalGeneration(t.WhisperConfig(**wide, **heads, **layers)).save_pretrained(unconverted)
    t.WhisperFeatureExtractor().save_pretrained(unconverted)
    (unconverted / "tokenizer.json").write_bytes((base / "tokenizer.json").read_bytes())
    copied = ["tokenizer.json", "preprocessor_config.json"]
    TransformersConverter(str(unconverted), copy_files=copied).convert(str(folder), quantization="float16")
    told = json.loads((folder / "config.json").read_text("utf-8"))
    told |= json.loads((base / "config.json").read_text("utf-8"))
    (folder / "config.json").write_text(json.dumps(told), "utf-8")


def _endless(words: Any) -> Any:
    """Answers that end where they are told to."""
    from transformers import GenerationConfig

    marks = {"pad_token_id": words.pad_token_id, "eos_token_id": words.eos_token_id}
    return GenerationConfig(**marks, suppress_tokens=[words.eos_token_id])


SIZES: dict[str, Callable[[Path], None]] = {
    "blip-caption-base": _captioner,
    "blip-vqa-base": _answerer,
    "qwen2.5-0.5b": _writer,
    "qwen2.5-vl-small": _seer,
    "bert-base": _reader,
    "wav2vec2-base": _listener,
    "whisper-small": _transcriber,
}
