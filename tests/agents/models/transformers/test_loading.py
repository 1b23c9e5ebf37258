"""A model that cannot be loaded is told of with the remedy; nothing is fetched, and no code of a model is run."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from agents.errors import DeviceLost, ModelOutOfMemory, ModelUnavailable
from agents.models.reference import ModelReference
from agents.models.transformers.text import TextModel
from agents.models.transformers.tokens import Tokens
from agents.models.transformers.vlm import VisionLanguageModel
from tests.tiny.kept import text_model, vision_model
from tests.tiny.tokenizing import tokenizer

Copied = Callable[[str], Path]


def refused(place: Path, kind: type = TextModel, options: str = "") -> str:
    """Why the adapter does not load what is in ``place``."""
    backend = "vlm" if kind is VisionLanguageModel else "transformers"
    with pytest.raises(ModelUnavailable) as told:
        kind(ModelReference.parse(f"{backend}:{place}{options}"), None)
    assert str(place) not in told.value.detail
    return told.value.detail


def rewritten(place: Path, **changes: object) -> Path:
    config = place / "config.json"
    config.write_text(json.dumps(json.loads(config.read_text()) | changes))
    return place


@pytest.mark.parametrize("left", [0, 50, 5000])
@pytest.mark.parametrize(("name", "kind"), [("text", TextModel), ("LLaVA", VisionLanguageModel)])
def test_truncated_weights(copied: Copied, name: str, kind: type, left: int):
    place = copied(name)
    weights = place / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:left])
    assert refused(place, kind) == "its weights are damaged or incomplete"


def test_weights_that_are_not_there(copied: Copied):
    place = copied("text")
    (place / "model.safetensors").unlink()
    assert "incomplete" in refused(place)


def test_weights_without_a_part_of_the_model_are_not_made_up(copied: Copied):
    from safetensors.torch import load_file, save_file

    place = copied("text")
    weights = load_file(place / "model.safetensors")
    del weights["model.layers.1.mlp.up_proj.weight"]
    save_file(weights, place / "model.safetensors", metadata={"format": "pt"})
    assert "lack parts" in refused(place)


def test_weights_of_another_shape(copied: Copied):
    assert "do not fit together" in refused(rewritten(copied("text"), intermediate_size=96))


@pytest.mark.parametrize(
    ("name", "missing", "told"),
    [
        ("text", "config.json", "no config.json"),
        ("text", "tokenizer.json", "no tokenizer"),
        ("text", "chat_template.jinja", "no chat template: take its instruct"),
        ("LLaVA", "config.json", "no config.json"),
        ("LLaVA", "tokenizer.json", "processor are missing"),
        ("LLaVA", "processor_config.json", "processor are missing"),
        ("LLaVA", "chat_template.jinja", "no chat template"),
    ],
)
def test_a_missing_file(copied: Copied, name: str, missing: str, told: str):
    place = copied(name)
    (place / missing).unlink()
    assert told in refused(place, TextModel if name == "text" else VisionLanguageModel)


def test_a_damaged_tokenizer(copied: Copied):
    place = copied("text")
    (place / "tokenizer.json").write_text("{")
    assert "tokenizer are missing or damaged" in refused(place, Tokens)


def test_a_damaged_config(copied: Copied):
    place = copied("text")
    (place / "config.json").write_text("{")
    assert "config.json is damaged" in refused(place)


def test_code_that_comes_with_a_model_is_not_run(copied: Copied, capsys: pytest.CaptureFixture[str]):
    place = rewritten(copied("text"), model_type="mine", auto_map={"AutoConfig": "mine.Config"})
    (place / "mine.py").write_text("print('it ran')\n")
    assert "needs other code" in refused(place)
    assert "it ran" not in capsys.readouterr().out


def test_a_text_model_where_one_that_sees_is_asked_for():
    assert "takes no pictures" in refused(text_model(), VisionLanguageModel)


def test_a_model_that_sees_where_one_that_reads_is_asked_for():
    assert "begin its reference with vlm:" in refused(vision_model())


def test_a_captioner_that_cannot_be_asked(tmp_path: Path):
    import transformers as t

    small = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 1, "num_attention_heads": 2}
    eyes = small | {"image_size": 32, "patch_size": 16}
    words = small | {"vocab_size": 300, "encoder_hidden_size": 32, "projection_dim": 32}
    t.BlipForConditionalGeneration(t.BlipConfig(text_config=words, vision_config=eyes)).save_pretrained(tmp_path)
    unasked = tokenizer()
    unasked.chat_template = None
    t.BlipProcessor(t.BlipImageProcessorPil(), unasked).save_pretrained(tmp_path)
    assert "blip cannot be asked" in refused(tmp_path, VisionLanguageModel)


def test_a_classifier_where_a_language_model_is_asked_for(copied: Copied):
    assert "no language model" in refused(rewritten(copied("text"), model_type="vit"))


def test_a_library_of_the_other_lock_is_named(copied: Copied, monkeypatch: pytest.MonkeyPatch):
    def lacking(*_: object, **__: object) -> None:
        raise ImportError(
            "\nXVideoProcessor requires the Torchvision library but it was not found in your environment."
        )

    monkeypatch.setattr("transformers.AutoProcessor.from_pretrained", lacking)
    monkeypatch.setattr("agents.models.transformers.loading.find_spec", lambda _: None)
    assert refused(copied("LLaVA"), VisionLanguageModel) == "it needs torchvision: make install ACCEL=cuda"
    assert refused(text_model(), options="?quant=4bit") == "quantising needs bitsandbytes: make install ACCEL=cuda"


@pytest.mark.parametrize("device", ["cuda", "cuda:7", "mps"])
def test_a_device_that_is_not_there(device: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("torch.cuda.is_available", lambda: device == "cuda:7")
    monkeypatch.setattr("torch.cuda.device_count", lambda: 2)
    monkeypatch.setattr("torch.backends.mps.is_available", lambda: False)
    assert f"no device {device} here" in refused(text_model(), options=f"?device={device}")


def test_no_memory_for_it(monkeypatch: pytest.MonkeyPatch):
    import torch

    def full(*_: object, **__: object) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr("transformers.AutoModelForCausalLM.from_pretrained", full)
    with pytest.raises(ModelOutOfMemory, match="not enough memory"):
        TextModel(ModelReference.parse("transformers:tiny"), text_model())


def test_a_device_that_breaks_while_it_loads(monkeypatch: pytest.MonkeyPatch):
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("CUDA error: an illegal memory access was encountered")

    monkeypatch.setattr("transformers.AutoModelForCausalLM.from_pretrained", broken)
    with pytest.raises(DeviceLost):
        TextModel(ModelReference.parse("transformers:tiny"), text_model())


def test_a_folder_that_is_not_there_is_not_taken_for_a_repository(tmp_path: Path):
    assert "no config.json" in refused(tmp_path / "nowhere")
