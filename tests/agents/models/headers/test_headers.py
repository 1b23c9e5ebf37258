"""Headers are read as their formats say; damaged ones are told as such, whatever is wrong with them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agents.models.headers import HeaderDamaged
from agents.models.headers.config import number, read_json
from agents.models.headers.ctranslate2 import variables_of
from agents.models.headers.gguf import read_gguf
from agents.models.headers.safetensors import tensors_of
from tests.agents.models.headers.files import gguf, safetensors, variables, write
from tests.embedded import folder

FACTS = {"general.architecture": "llama", "llama.block_count": 2, "llama.attention.head_count_kv": [1, 2]}
GGUF = gguf(FACTS | {"tokenizer.ggml.tokens": ["a", "bc", ""]}, [("blk.0.ffn.weight", (256, 4), 12)])
SAFETENSORS = safetensors({"a.weight": ("BF16", (3, 5)), "ids": ("I64", (7,))})
VARIABLES = variables({"decoder/layer_0/a": ((2, 3), 4, 12), "decoder/activation": ((), 1, 1)})


def test_facts_and_tensors_of_a_gguf_file(tmp_path: Path) -> None:
    told = read_gguf(write(tmp_path / "m.gguf", GGUF))
    assert told.whole("block_count") == 2
    assert told.whole("attention.head_count_kv") == 2  # of one a layer, the largest
    assert told.whole("expert_count", 5) == 5
    assert told.length("tokenizer.ggml.tokens") == 3
    assert [(one.name, one.size) for one in told.tensors] == [("blk.0.ffn.weight", 4 * 144)]


def test_tensors_of_safetensors_whole_and_in_shards(tmp_path: Path) -> None:
    write(tmp_path / "model-1.safetensors", SAFETENSORS)
    write(tmp_path / "model-2.safetensors", safetensors({"b": ("F32", ())}))
    places = {"a.weight": "model-1.safetensors", "ids": "model-1.safetensors", "b": "model-2.safetensors"}
    write(tmp_path / "model.safetensors.index.json", json.dumps({"weight_map": places}).encode())
    assert [(one.name, one.count, one.width, one.whole) for one in tensors_of(tmp_path)] == [
        ("a.weight", 15, 2, False),
        ("ids", 7, 8, True),
        ("b", 1, 4, False),
    ]
    write(tmp_path / "model.safetensors", safetensors({"c": ("F16", (2,))}))
    assert [one.name for one in tensors_of(tmp_path)] == ["c"]


def test_an_index_leads_to_no_file_elsewhere(tmp_path: Path) -> None:
    write(tmp_path / "secret", SAFETENSORS)
    (tmp_path / "model").mkdir()
    index = {"weight_map": {"a.weight": "../secret"}}
    write(tmp_path / "model" / "model.safetensors.index.json", json.dumps(index).encode())
    with pytest.raises(HeaderDamaged):
        tensors_of(tmp_path / "model")


def test_variables_of_a_ctranslate2_file(tmp_path: Path) -> None:
    found = variables_of(write(tmp_path / "model.bin", VARIABLES))
    assert [(one.name, one.count, one.width) for one in found] == [
        ("decoder/layer_0/a", 6, 2),
        ("decoder/activation", 1, 1),
    ]


@pytest.mark.embedded
def test_what_the_header_of_a_real_file_tells_is_the_whole_file() -> None:
    path = next(folder("HuggingFaceTB/SmolLM2-135M-Instruct-GGUF").glob("*.gguf"))
    told = read_gguf(path)
    assert (told.whole("block_count"), told.length("tokenizer.ggml.tokens")) == (30, 49_152)
    assert 0.97 < sum(one.size for one in told.tensors) / path.stat().st_size < 1
    model = folder("Systran/faster-whisper-tiny.en") / "model.bin"
    assert 0.99 < sum(one.size for one in variables_of(model)) / model.stat().st_size < 1


def _safetensors_at(path: Path) -> Any:
    return tensors_of(path.parent)


READERS: dict[str, tuple[str, bytes, Callable[[Path], Any]]] = {
    "GGUF": ("m.gguf", GGUF, read_gguf),
    "safetensors": ("model.safetensors", SAFETENSORS, _safetensors_at),
    "CTranslate2": ("model.bin", VARIABLES, variables_of),
    "JSON": ("config.json", b'{"hidden_size": 4}', read_json),
}


@pytest.mark.parametrize("kind", READERS)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_damaged_file_is_told_as_damaged_or_read(kind: str, tmp_path: Path, data: st.DataObject) -> None:
    name, whole, read = READERS[kind]
    start = data.draw(st.integers(0, len(whole)))
    content = whole[:start] + data.draw(st.binary(max_size=12)) + data.draw(st.sampled_from([b"", whole[start:]]))
    path = tmp_path / name
    path.unlink(missing_ok=True)
    write(path, content)
    try:
        read(path)
    except HeaderDamaged:
        return
    assert content  # an empty file has no header


@pytest.mark.parametrize("kind", READERS)
def test_a_file_that_is_not_there_is_told_as_damaged(kind: str, tmp_path: Path) -> None:
    name, _, read = READERS[kind]
    with pytest.raises(HeaderDamaged):
        read(tmp_path / name)


@pytest.mark.parametrize("kind", [[], {}, None, 4, "F5"])
def test_a_tensor_of_no_known_type_is_damaged(tmp_path: Path, kind: Any) -> None:
    with pytest.raises(HeaderDamaged):
        tensors_of(write(tmp_path / "model.safetensors", safetensors({"a": (kind, (2,))})).parent)


def test_a_header_that_says_it_is_endless_is_not_read(tmp_path: Path) -> None:
    with pytest.raises(HeaderDamaged):
        tensors_of(write(tmp_path / "model.safetensors", b"\xff" * 8 + b"{}").parent)


@pytest.mark.parametrize("wrong", [-1, 1.5, True, "4", None, [4], 1 << 50])
def test_a_number_that_is_none_is_refused_or_taken_from_the_default(wrong: Any) -> None:
    assert number({"a": wrong, "b": 3}, "a", "b") == 3
    assert number({"a": wrong}, "a", default=7) == 7
    with pytest.raises(HeaderDamaged):
        number({"a": wrong}, "a")
