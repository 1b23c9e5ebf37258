"""Of a repository's files those a backend needs are taken, in one format, and none that could do harm."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from agents.models.choosing import MOST_FILES, choose, matches
from agents.models.sources.listing import Listed
from agents.models.sources.progress import Reason, SourceFailed

TRANSFORMERS = ("*.json", "*.jinja", "*.txt", "*.model", "*.safetensors")


def listed(*names: str) -> list[Listed]:
    return [Listed(name, 1, sha256="0" * 64) for name in names]


def chosen(names: Sequence[str], patterns: Sequence[str] = TRANSFORMERS) -> list[str]:
    return [file.name for file in choose(listed(*names), patterns)]


def refusal(names: Sequence[str], patterns: Sequence[str] = TRANSFORMERS) -> SourceFailed:
    with pytest.raises(SourceFailed) as caught:
        chosen(names, patterns)
    return caught.value


def test_a_star_stays_within_its_folder() -> None:
    assert matches("config.json", ["*.json"])
    assert not matches("onnx/config.json", ["*.json"])
    assert matches("1_Pooling/config.json", ["*_Pooling/*.json"])


def test_what_the_patterns_name_is_taken_without_code_and_hidden_files() -> None:
    wanted = ["config.json", "merges.txt", "chat_template.jinja", "model.safetensors"]
    left = [".gitattributes", "README.md", "modeling_x.py", "onnx/model.onnx", "tf_model.h5", ".hidden.json"]
    assert chosen([*wanted, *left]) == wanted
    assert chosen(["model.safetensors", "evil.py", "evil.so"], ("*",)) == ["model.safetensors"]


def test_weights_in_other_formats_are_left_where_safetensors_are_there() -> None:
    parts = ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors", "model.safetensors.index.json"]
    others = ["consolidated.safetensors", "pytorch_model.bin", "pytorch_model.bin.index.json"]
    assert chosen([*parts, *others], (*TRANSFORMERS, "*.bin")) == parts


def test_the_older_format_is_taken_where_there_are_no_safetensors() -> None:
    assert chosen(["config.json", "pytorch_model.bin", "training.bin"]) == ["config.json", "pytorch_model.bin"]


def test_a_file_that_is_named_and_not_there_is_told_with_the_nearest() -> None:
    failure = refusal(["Qwen3-1.7B-Q8_0.gguf"], ("Qwen3-1.7B-Q4_0.gguf",))
    assert failure.reason is Reason.ABSENT
    assert "did you mean Qwen3-1.7B-Q8_0.gguf?" in failure.what


def test_several_models_in_one_repository_want_a_choice() -> None:
    failure = refusal(["a-Q4_0.gguf", "a-Q8_0.gguf", "mmproj-a.gguf"], ("*.gguf",))
    assert failure.reason is Reason.SEVERAL
    assert failure.what == "a-Q4_0.gguf, a-Q8_0.gguf"
    assert refusal(["a-Q2_K.gguf", "a-Q8_0.gguf"], ("*Q4_K_M*.gguf",)).reason is Reason.SEVERAL


def test_several_models_that_are_named_are_several_choices() -> None:
    names = ["a-Q4_0.gguf", "a-Q8_0.gguf", "a-F16.gguf"]
    assert chosen(names, ("a-Q4_0.gguf", "a-Q8_0.gguf")) == names[:2]
    assert chosen(names, ("a-Q4_0.gguf", "*F16.gguf")) == ["a-Q4_0.gguf", "a-F16.gguf"]


def test_one_model_in_several_parts_is_one() -> None:
    parts = ["a-Q8_0-00001-of-00002.gguf", "a-Q8_0-00002-of-00002.gguf"]
    assert chosen([*parts, "a-Q4_0.gguf"], ("a-Q8_0-*-of-00002.gguf",)) == parts


def test_a_repository_without_weights_is_of_no_use() -> None:
    assert refusal(["config.json", "model.onnx"]).reason is Reason.UNFIT
    assert refusal([]).reason is Reason.UNFIT
    assert refusal(["a-Q4_0.gguf", "a-Q8_0.gguf"]).reason is Reason.UNFIT  # of another backend


def test_more_files_than_a_model_has_are_refused() -> None:
    names = [f"model-{number:05}-of-00300.safetensors" for number in range(MOST_FILES + 1)]
    assert refusal(names).reason is Reason.TOO_MANY


@pytest.mark.parametrize("digest", ["", "z" * 64, "0" * 63, "0" * 64 + "\n"])
def test_a_file_that_is_needed_has_a_hash_to_know_it_by(digest: str) -> None:
    files = [*listed("model.safetensors"), Listed("config.json", 1, digest), Listed("unneeded.md", 1)]
    with pytest.raises(SourceFailed) as caught:
        choose(files, TRANSFORMERS)
    assert caught.value.reason is Reason.MALFORMED


@pytest.mark.parametrize(
    "names",
    [
        ["../../home/x.safetensors"],
        ["/etc/x.safetensors"],
        ["a\\b.safetensors"],
        ["C:x.safetensors"],
        ["con\n.safetensors"],
        ["x" * 250 + ".safetensors"],
        ["model.safetensors", "config.json", "Config.json"],
        ["a.safetensors", "a.safetensors/b.safetensors"],
        ["model.safetensors", "model.safetensors"],
    ],
)
def test_names_that_cannot_be_put_into_a_folder_are_refused(names: list[str]) -> None:
    assert refusal(names, ("*", "*/*", "*/*/*/*", "/*/*")).reason is Reason.MALFORMED
