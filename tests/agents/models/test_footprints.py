"""Footprints follow from files and options, come without any engine, and are None for files that tell nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from agents.models.footprint import CUDA_CONTEXT, Footprint
from agents.models.profiles import ROLES
from agents.models.reference import ModelReference
from bot.backends import adapter, backends
from tests.agents.models.headers.files import gguf, safetensors, variables, write

MIB = 1 << 20
LLAMA = {
    "general.architecture": "llama",
    "llama.block_count": 10,
    "llama.embedding_length": 512,
    "llama.feed_forward_length": 1024,
    "llama.attention.head_count": 8,
    "llama.attention.head_count_kv": 2,
    "tokenizer.ggml.tokens": ["a", "b"],
}
A_TOKEN = 10 * 2 * (512 // 8) * 2 * 2  # layers x KV heads x head size x keys and values x bytes
CONFIG = {"hidden_size": 256, "intermediate_size": 1024, "num_hidden_layers": 4, "num_attention_heads": 4}
WHERE = {
    "faster-whisper": "faster-whisper:{}",
    "llamacpp": "llamacpp:{}",
    "imagenet": "imagenet:efficientnet-lite0",
    "rapidocr": "rapidocr:PP-OCRv6",
    "vader-snownlp": "vader-snownlp:builtin",
    "lingua": "lingua:builtin",
    "openai": "openai:http://host.example/v1#model",
    "scripted": "scripted:anything",
}
NO_FILES = {"rapidocr", "vader-snownlp", "lingua", "openai", "scripted"}
EVERY = [(role, backend) for role in ROLES for backend in backends(role)]


def told(role: str, reference: str, kind: str = "cpu", folder: Path | None = None) -> Footprint:
    model = ModelReference.parse(reference)
    found = adapter(role, model).footprint(model, folder, kind)
    assert isinstance(found, Footprint)
    return found


def reference_to(backend: str, place: Path, role: str) -> ModelReference:
    eyes = "?mmproj=eyes.gguf" if backend == "llamacpp" and role in {"caption", "vqa"} else ""
    return ModelReference.parse(WHERE.get(backend, f"{backend}:{{}}").format(place) + eyes)


def blip(place: Path, **tensors: Any) -> Path:
    config = {
        "text_config": {**CONFIG, "vocab_size": 1000},
        "vision_config": {**CONFIG, "image_size": 64, "patch_size": 16},
    }
    write(place / "config.json", json.dumps(config).encode())
    write(place / "model.safetensors", safetensors({"a.weight": ("F16", (1000, 1000)), **tensors}))
    return place


def llama(place: Path, **facts: Any) -> Path:
    return write(place / "m.gguf", gguf(LLAMA | facts, [("blk.0.ffn.weight", (512, 1024), 8)]))


@pytest.mark.parametrize(("role", "backend"), EVERY)
@pytest.mark.parametrize("kind", ["cpu", "gpu"])
def test_every_adapter_of_ours_tells_nothing_where_files_are_missing_or_damaged(
    role: str, backend: str, kind: str, tmp_path: Path
) -> None:
    model = reference_to(backend, tmp_path, role)
    there = backend in NO_FILES
    assert (adapter(role, model).footprint(model, tmp_path, kind) is not None) == there
    for name in ("config.json", "model.safetensors", "model.bin", "m.gguf", "eyes.gguf"):
        write(tmp_path / name, b"GGUF\x03 and nothing else")
    assert (adapter(role, model).footprint(model, tmp_path, kind) is not None) == there


def test_it_comes_without_any_engine() -> None:
    names = sorted({backends(role)[name].partition(":")[0] for role, name in EVERY})
    heavy = "torch transformers ctranslate2 onnxruntime xllamacpp numpy tokenizers"
    code = f"import sys, importlib\nfor n in {names}: importlib.import_module(n)\n"
    code += f"print(*(name for name in {heavy.split()} if name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_a_llama_cpp_child_has_the_window_of_every_slot(tmp_path: Path) -> None:
    path = llama(tmp_path)
    one, two, longer = (
        told("llm", f"llamacpp:{path}?cache=0&{options}").ram
        for options in ("slots=1&context=2048", "slots=2&context=2048", "slots=1&context=3072")
    )
    assert two - one == 2048 * A_TOKEN + 2 * 4  # and the scores of one token more
    assert longer - one == 1024 * A_TOKEN
    assert told("llm", f"llamacpp:{path}?slots=1&cache=64").ram - one == 64 * MIB


def test_layers_that_go_onto_a_gpu_leave_memory(tmp_path: Path) -> None:
    path = llama(tmp_path)
    whole, half = (told("llm", f"llamacpp:{path}?gpu_layers={layers}", "gpu") for layers in (11, 5))
    assert whole.vram > half.vram > CUDA_CONTEXT
    assert whole.ram < half.ram


def test_a_model_in_parts_counts_them_all(tmp_path: Path) -> None:
    alone = told("llm", f"llamacpp:{llama(tmp_path)}").ram
    first = (tmp_path / "m.gguf").rename(tmp_path / "m-00001-of-00002.gguf")
    write(tmp_path / "m-00002-of-00002.gguf", gguf({}, [("blk.1.ffn.weight", (1024, 1024), 8)]))
    assert told("llm", f"llamacpp:{first}").ram - alone == 1024 * 1024 // 32 * 34


def test_weights_that_are_arranged_for_the_processor_count_twice(tmp_path: Path) -> None:
    plain = write(tmp_path / "p.gguf", gguf(LLAMA, [("token_embd.weight", (256, 4096), 12)]))
    twice = write(tmp_path / "t.gguf", gguf(LLAMA, [("blk.0.attn_q.weight", (256, 4096), 12)]))
    assert told("llm", f"llamacpp:{twice}").ram - told("llm", f"llamacpp:{plain}").ram == 4096 * 144


def test_precision_decides_what_weights_take(tmp_path: Path) -> None:
    place = f"blip:{blip(tmp_path)}"
    single, half = told("caption", f"{place}?dtype=float32").ram, told("caption", f"{place}?dtype=float16").ram
    assert told("caption", place).ram == single  # a CPU calculates in float32
    assert single - half > 2 * 1_000_000
    on_gpu = [told("caption", f"{place}?quant={quant}", "gpu").vram for quant in ("none", "8bit", "4bit")]
    assert on_gpu[0] - on_gpu[1] == 1_000_000
    assert on_gpu[1] - on_gpu[2] == 437_500


def test_a_smaller_batch_saves_its_items(tmp_path: Path) -> None:
    place = f"blip:{blip(tmp_path)}"
    four, one = told("vqa", f"{place}?together=4"), told("vqa", f"{place}?together=1")
    assert four.ram - one.ram == 3 * four.item > 0


def test_answers_of_a_language_model_have_their_tokens(tmp_path: Path) -> None:
    write(tmp_path / "config.json", json.dumps({**CONFIG, "num_key_value_heads": 2, "vocab_size": 100}).encode())
    write(tmp_path / "model.safetensors", safetensors({"model.a.weight": ("BF16", (100, 100))}))
    short, long = (told("llm", f"transformers:{tmp_path}?prompt={prompt}&reply=100") for prompt in (100, 1100))
    assert long.item - short.item == 2 * 1000 * 4 * 2 * 64 * 2 * 4  # held twice while answers come together


def test_windows_of_speech_that_go_together_count_each(tmp_path: Path) -> None:
    found = {"decoder/embeddings/weight": ((100, 384), 4, 100 * 384 * 2), "decoder/layer_0/a": ((384,), 4, 768)}
    write(tmp_path / "model.bin", variables(found))
    one, eight = (told("asr", f"faster-whisper:{tmp_path}?batch={batch}&vad=on", "gpu") for batch in (1, 8))
    assert eight.vram - one.vram == 7 * one.item > 0
    assert told("asr", f"faster-whisper:{tmp_path}", "gpu").vram == eight.vram  # what a GPU takes by itself


def test_nothing_is_taken_here_by_what_runs_elsewhere() -> None:
    assert told("llm", "openai:http://host.example/v1#model", "gpu") == Footprint(0)
    assert told("llm", "scripted:echo") == Footprint(0)
