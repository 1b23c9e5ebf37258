"""A Whisper model that cannot be loaded says in plain words why, and what to do."""

from __future__ import annotations

import json
import shutil
import struct
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import ctranslate2
import pytest
from numpy.random import mtrand

from agents.errors import DeviceLost, ModelOutOfMemory, ModelUnavailable
from agents.models import faster_whisper_loading
from agents.models.faster_whisper import FasterWhisper
from agents.models.faster_whisper_cuda import load_cuda_libraries
from agents.models.reference import ModelReference
from tests.embedded import folder

NAME = "Systran/faster-whisper-tiny.en"


@pytest.fixture
def copy(tmp_path) -> Path:
    """A folder of links to the small English model's files."""
    for file in folder(NAME).iterdir():
        if not file.name.startswith("."):
            (tmp_path / file.name).symlink_to(file)
    return tmp_path


def replace(path: Path, content: bytes) -> None:
    path.unlink(missing_ok=True)
    path.write_bytes(content)


def refusal(place: Path | None, tail: str = "", name: str = NAME) -> str:
    with pytest.raises(ModelUnavailable) as refused:
        FasterWhisper(ModelReference.parse(f"faster-whisper:{name}{tail}"), place)
    assert "\n" not in refused.value.detail
    return refused.value.detail


def test_a_folder_without_the_model_is_unavailable_and_never_downloaded(tmp_path):
    assert "no model.bin" in refusal(tmp_path)
    assert "models pull" in refusal(None, name=f"{tmp_path}/nowhere")


def test_weights_of_pytorch_are_answered_with_the_program_that_converts_them(tmp_path):
    (tmp_path / "model.safetensors").write_bytes(b"")
    assert "ct2-transformers-converter" in refusal(tmp_path)


@pytest.mark.embedded
@pytest.mark.parametrize("missing", ["model.bin", "config.json", "tokenizer.json", "vocabulary.txt"])
def test_a_missing_file_is_named(copy, missing):
    (copy / missing).unlink()
    assert missing.partition(".")[0] in refusal(copy)


def cut(file: Path) -> None:
    data = file.read_bytes()
    replace(file, data[: len(data) // 2])


@pytest.mark.embedded
@pytest.mark.parametrize("file", ["model.bin", "config.json", "tokenizer.json"])
def test_a_truncated_file_is_named_as_damaged(copy, file):
    cut(copy / file)
    assert f"{file} is damaged or incomplete" in refusal(copy)


@pytest.mark.embedded
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "damaged or incomplete"),
        (struct.pack("<IH", 6, 16) + b"TransformerSpec\0" + bytes(100), "another model than Whisper: TransformerSpec"),
        (b"PK\x03\x04" + bytes(1000), "not CTranslate2's"),
        (struct.pack("<IH", 6, 12) + b"WhisperSpec\0" + bytes(100), "damaged or incomplete"),
    ],
    ids=["empty", "translator", "archive", "nothing"],
)
def test_a_file_of_another_kind_is_not_taken_for_the_model(copy, content, said):
    replace(copy / "model.bin", content)
    assert said in refusal(copy)


@pytest.mark.embedded
@pytest.mark.parametrize("file", ["config.json", "tokenizer.json"])
def test_json_of_another_kind_is_refused(copy, file):
    replace(copy / file, b"[1]")
    assert f"{file} is of another kind" in refusal(copy)


@pytest.mark.embedded
def test_features_of_another_model_are_refused_before_the_first_recording(copy):
    (copy / "preprocessor_config.json").write_text(json.dumps({"feature_size": 128}))
    assert "preprocessor_config.json" in refusal(copy)


@pytest.mark.embedded
def test_a_precision_the_processor_lacks_is_refused_with_those_it_has(copy):
    said = refusal(copy, "?compute_type=int8_bfloat16")
    assert "compute_type is one of" in said and "int8_float32" in said


@pytest.mark.embedded
def test_a_model_that_knows_english_alone_is_not_passed_off_as_multilingual(copy):
    (copy / "config.json").unlink()
    (copy / "config.json").write_text("{}")
    assert "languages=en" in refusal(copy, name=str(copy))


@pytest.mark.embedded
@pytest.mark.parametrize(
    ("devices", "tail", "said"), [(0, "cuda", "no CUDA device"), (0, "cuda:1", "device=cpu"), (1, "cuda:3", "cuda:0")]
)
def test_a_device_that_is_not_there_is_refused(copy, monkeypatch, devices, tail, said):
    monkeypatch.setattr(ctranslate2, "get_cuda_device_count", lambda: devices)
    assert said in refusal(copy, f"?device={tail}")


@pytest.mark.embedded
def test_the_best_device_of_a_machine_without_a_gpu_is_its_processor(copy, monkeypatch):
    monkeypatch.setattr(ctranslate2, "get_cuda_device_count", lambda: 0)
    assert FasterWhisper(ModelReference.parse(f"faster-whisper:{NAME}?device=auto"), copy).transcribe([]) == []


def engine(failing: str) -> Callable[..., object]:
    """A model whose encoder fails, as CTranslate2's does when a library of CUDA is missing."""

    def encode(features: object) -> None:
        raise RuntimeError(failing)

    features = SimpleNamespace(mel_filters=SimpleNamespace(shape=(80, 201)))
    return lambda *_, **__: SimpleNamespace(model=SimpleNamespace(n_mels=80), feature_extractor=features, encode=encode)


@pytest.mark.embedded
@pytest.mark.parametrize(
    ("failing", "said"),
    [
        ("Library libcublas.so.12 is not found or cannot be loaded", "make install ACCEL=cuda"),
        ("cuBLAS failed with status CUBLAS_STATUS_NOT_SUPPORTED", "damaged or incomplete"),
    ],
)
def test_a_gpu_is_tried_while_loading_and_its_troubles_are_told_with_a_remedy(copy, monkeypatch, failing, said):
    with_engine(monkeypatch, failing)
    assert said in refusal(copy, "?device=cuda&compute_type=float16")


@pytest.mark.embedded
@pytest.mark.parametrize(
    ("failing", "kind", "said"),
    [
        ("CUDA failed with error out of memory", ModelOutOfMemory, "too little memory on cuda"),
        ("CUDA failed with error unknown error", DeviceLost, "nvidia-smi"),
    ],
)
def test_a_gpu_that_is_full_or_lost_is_told_as_that(copy, monkeypatch, failing, kind, said):
    with_engine(monkeypatch, failing)
    with pytest.raises(kind) as told:
        FasterWhisper(ModelReference.parse(f"faster-whisper:{NAME}?device=cuda&compute_type=float16"), copy)
    assert said in told.value.detail


def with_engine(monkeypatch, failing):
    monkeypatch.setattr(ctranslate2, "get_cuda_device_count", lambda: 1)
    monkeypatch.setattr(ctranslate2, "get_supported_compute_types", lambda *_: {"float16"})
    monkeypatch.setattr("faster_whisper.WhisperModel", engine(failing))


def test_libraries_of_cuda_are_loaded_from_the_packages_that_hold_them(tmp_path):
    (tmp_path / "cublas/lib").mkdir(parents=True)
    shutil.copy(mtrand.__file__, tmp_path / "cublas/lib/libcublas.so.12")
    (tmp_path / "cublas/lib/libcublasLt.so.12").write_bytes(b"no library")
    assert load_cuda_libraries([tmp_path, tmp_path / "nowhere"]) == ["cublas/lib/libcublas.so.12"]


def test_what_nobody_foresaw_is_told_as_damage():
    assert "damaged or incomplete" in faster_whisper_loading._plain(
        ValueError("Variable has an invalid payload size"), "cpu"
    )
    assert "vocabulary" in faster_whisper_loading._plain(ValueError("Cannot load the vocabulary"), "cpu")
