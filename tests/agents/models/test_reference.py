"""A model reference reads back as it was written, and a malformed one is refused with what to write instead."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.errors import ReferenceInvalid
from agents.models.reference import ModelReference, alternatives

NAMES = st.text(
    st.characters(codec="utf-8", exclude_characters="?@", exclude_categories=["Z", "C"]), min_size=1
).filter(lambda name: not any(letter.isspace() for letter in name))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "faster-whisper:Systran/faster-whisper-base",
            ModelReference("faster-whisper", "Systran/faster-whisper-base"),
        ),
        ("blip:a/b@1f2e", ModelReference("blip", "a/b", "1f2e")),
        ("blip:a/b@refs/pr/1", ModelReference("blip", "a/b", "refs/pr/1")),
        (
            "faster-whisper:large-v3-turbo@main?device=cuda:0&threads=2",
            ModelReference("faster-whisper", "large-v3-turbo", "main", {"device": "cuda:0", "threads": "2"}),
        ),
        ("openai:http://gpu1:8000/v1#qwen3-vl", ModelReference("openai", "http://gpu1:8000/v1#qwen3-vl")),
        ("openai:http://me@gpu1/v1", ModelReference("openai", "http://me@gpu1/v1")),
        ("llamacpp:/models/x@y.gguf", ModelReference("llamacpp", "/models/x@y.gguf")),
        ("scripted:echo", ModelReference("scripted", "echo")),
    ],
)
def test_a_reference_reads_as_it_is_written_and_is_given_back_unchanged(text: str, expected: ModelReference) -> None:
    assert ModelReference.parse(text) == expected
    assert str(ModelReference.parse(text)) == text


def test_blanks_around_a_reference_are_ignored() -> None:
    assert ModelReference.parse(" scripted:echo\n").name == "echo"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Systran/faster-whisper-base",
        ":name",
        "blip:",
        "Blip:a",
        "blip:a b",
        "blip:a@",
        "blip:a@b@c",
        "blip:a?",
        "blip:a?device",
        "blip:a?=1",
        "blip:a?x=1&x=2",
        "blip:a?De vice=1",
        "blip:" + "a" * 1001,
    ],
)
def test_a_malformed_reference_is_refused_with_what_to_write_instead(text: str) -> None:
    with pytest.raises(ReferenceInvalid) as caught:
        ModelReference.parse(text)
    assert "backend:name" in caught.value.remedy


def test_a_revision_of_a_file_is_refused_because_it_could_not_be_told_from_its_name() -> None:
    with pytest.raises(ReferenceInvalid):
        ModelReference("llamacpp", "/models/x.gguf", "main")


def test_references_serve_as_dictionary_keys_and_are_not_changed_through_the_options_they_were_given() -> None:
    options = {"device": "cpu"}
    reference = ModelReference("blip", "a", options=options)
    options["device"] = "cuda"
    assert {reference: 1}[ModelReference("blip", "a", options={"device": "cpu"})] == 1


@given(
    backend=st.from_regex(r"[a-z][a-z0-9-]{0,9}", fullmatch=True),
    name=NAMES,
    options=st.dictionaries(st.from_regex(r"[a-z][a-z0-9_]{0,9}", fullmatch=True), st.text(), max_size=3),
)
def test_any_valid_reference_survives_being_written_and_read(backend: str, name: str, options: dict[str, str]) -> None:
    reference = ModelReference(backend, name, None, options)
    assert len(str(reference)) > 1000 or ModelReference.parse(str(reference)) == reference


def test_several_models_stand_with_bars_between_and_a_bar_of_an_option_is_none_of_them() -> None:
    found = alternatives(" openai:http://gpu1:8000/v1#qwen3 |  scripted:ocr?text=one|two ")
    assert [str(one) for one in found] == ["openai:http://gpu1:8000/v1#qwen3", "scripted:ocr?text=one%7Ctwo"]
    assert alternatives("scripted:a") == (ModelReference.parse("scripted:a"),)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("scripted:a |", "a model is missing beside a bar"),
        ("| scripted:a", "a model is missing beside a bar"),
        ("scripted:a | | scripted:b", "a model is missing beside a bar"),
        ("scripted:a | scripted:a", "names scripted:a twice"),
        (" | ".join(f"scripted:{name}" for name in "abcdef"), "names more than 5 models"),
        ("scripted:a scripted:b", "the model's name is missing or holds spaces"),
        ("scripted:a | b", "the model's name is missing or holds spaces"),
    ],
)
def test_a_malformed_list_is_refused_with_what_is_wrong(text: str, problem: str) -> None:
    with pytest.raises(ReferenceInvalid) as caught:
        alternatives(text)
    assert caught.value.problem == problem
