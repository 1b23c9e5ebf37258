"""What a reference needs of the store: files of the catalogue or a repository, or nothing that is ours to fetch."""

from __future__ import annotations

from pathlib import Path

import pytest

from agents.errors import ReferenceInvalid
from agents.models.catalogue import Store
from agents.models.reference import ModelReference
from agents.models.wanted import Wanted
from bot.needs import needed, role_of


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


def need(store: Store, role: str, text: str) -> Wanted | None:
    return needed(role, ModelReference.parse(text), store)


@pytest.mark.parametrize(
    ("role", "reference"),
    [
        ("asr", "faster-whisper:/models/whisper"),
        ("llm", "llamacpp:~/model.gguf"),
        ("llm", "openai:http://gpu1:8000/v1#model"),
        ("llm", "scripted:echo"),
        ("ocr", "rapidocr:PP-OCRv6"),
    ],
)
def test_paths_hosts_and_what_a_package_brings_need_nothing(store: Store, role: str, reference: str) -> None:
    assert need(store, role, reference) is None


def test_a_model_of_the_catalogue_is_known_without_patterns(store: Store) -> None:
    wanted = need(store, "caption", "imagenet:efficientnet-lite0")
    assert wanted == Wanted("efficientnet-lite0")
    assert store.key(wanted) == "efficientnet-lite0"


def test_a_repository_is_needed_by_the_files_its_backend_names(store: Store) -> None:
    wanted = need(store, "llm", "llamacpp:org/model-GGUF@abc?file=model-Q8_0.gguf&mmproj=/models/mmproj.gguf")
    assert wanted == Wanted("org/model-GGUF", "abc", ("model-Q8_0.gguf",))
    assert store.key(wanted) == "org/model-GGUF@abc"


@pytest.mark.parametrize("name", ["org/model/file", "org--model", "or..g/model", "-org/model", "org/"])
def test_a_name_that_no_hub_has_is_refused(store: Store, name: str) -> None:
    with pytest.raises(ReferenceInvalid, match="write owner/model as the hub does"):
        need(store, "asr", f"faster-whisper:{name}")


def test_a_backend_is_known_by_any_of_its_roles() -> None:
    assert role_of(ModelReference.parse("vlm:org/model")) in {"caption", "vqa", "llm"}
    with pytest.raises(ReferenceInvalid, match="did you mean rapidocr"):
        role_of(ModelReference.parse("rapidcr:x"))
