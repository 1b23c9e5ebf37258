"""Which of several GGUF files is loaded, and which are fetched of a repository."""

from __future__ import annotations

from pathlib import Path

import pytest

from agents.errors import ModelUnavailable, ReferenceInvalid
from agents.models.llamacpp.files import model_file, projector_file
from agents.models.llamacpp.llm import LlamaCpp
from agents.models.llamacpp.options import LlamaCppOptions
from agents.models.llamacpp.vision import LlamaCppCaptioner, LlamaCppVisualQA
from agents.models.reference import ModelReference


@pytest.fixture
def place(tmp_path: Path) -> Path:
    for name in ("b-Q8_0.gguf", "a-Q4_K_M.gguf", "mmproj-a.gguf", "sub/c.gguf"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"GGUF...")
    (tmp_path / "text.gguf").write_text("not a model")
    return tmp_path


def options(text: str = "") -> LlamaCppOptions:
    return LlamaCppOptions.of(ModelReference.parse(f"llamacpp:some/model{text}"))


@pytest.mark.parametrize(
    ("text", "model", "projector"),
    [
        ("", "a-Q4_K_M.gguf", None),
        ("?mmproj=mmproj-a.gguf", "a-Q4_K_M.gguf", "mmproj-a.gguf"),
        ("?file=b-Q8_0.gguf&mmproj=mmproj-a.gguf", "b-Q8_0.gguf", "mmproj-a.gguf"),
        ("?file=sub/c.gguf", "sub/c.gguf", None),
    ],
)
def test_the_files_a_reference_means_are_found_in_its_folder(
    place: Path, text: str, model: str, projector: str | None
) -> None:
    assert model_file("x", place, options(text)) == place / model
    assert projector_file("x", place, options(text)) == (place / projector if projector else None)


def test_files_stand_beside_a_file_that_is_named_itself(place: Path) -> None:
    assert model_file("x", place / "b-Q8_0.gguf", options()) == place / "b-Q8_0.gguf"
    assert projector_file("x", place / "b-Q8_0.gguf", options("?mmproj=mmproj-a.gguf")) == place / "mmproj-a.gguf"
    absolute = options(f"?mmproj={place}/mmproj-a.gguf")
    assert projector_file("x", place / "b-Q8_0.gguf", absolute) == place / "mmproj-a.gguf"


@pytest.mark.parametrize("text", ["?file=absent.gguf", "?file=text.gguf"])
def test_a_file_that_is_none_is_told(place: Path, text: str) -> None:
    with pytest.raises(ModelUnavailable, match="its file is missing or is no GGUF file"):
        model_file("x", place, options(text))


@pytest.mark.parametrize(
    ("text", "patterns"),
    [
        ("", ("*[qQ]4_[kK]_[mM]*.gguf",)),
        ("?file=b.gguf&mmproj=mmproj-a.gguf", ("b.gguf", "mmproj-a.gguf")),
        ("?file=b-00001-of-00003.gguf", ("b-*-of-00003.gguf",)),
    ],
)
def test_what_is_fetched_of_a_repository(text: str, patterns: tuple[str, ...]) -> None:
    assert LlamaCpp.files(ModelReference.parse(f"llamacpp:some/model{text}")) == patterns


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("?file=model.bin", "file is the name of a .gguf file"),
        ("?mmproj=../../etc/x.gguf", "mmproj is the name of a .gguf file"),
        ("?mmprj=x.gguf", "did you mean mmproj?"),
        ("?device=gpu", "device is one of"),
        ("?gpu_layers=all", "gpu_layers is a whole number"),
        ("?pooling=max", "pooling is one of cls, last, mean, model"),
    ],
)
def test_a_wrong_option_is_refused_with_what_was_meant(text: str, told: str) -> None:
    with pytest.raises(ReferenceInvalid) as caught:
        options(text)
    assert told in caught.value.remedy


@pytest.mark.parametrize("kind", [LlamaCppCaptioner, LlamaCppVisualQA])
def test_a_model_without_a_projector_has_no_eyes(kind: type[LlamaCppCaptioner | LlamaCppVisualQA]) -> None:
    with pytest.raises(ReferenceInvalid, match=r"add mmproj=<file>"):
        kind.declare(ModelReference.parse("llamacpp:some/model"))
    card = kind.declare(ModelReference.parse("llamacpp:some/model?mmproj=m.gguf&languages=en&sure=0.7"))
    assert (card.sure_from, card.languages) == (0.7, frozenset({"en"}))


def test_device_cpu_keeps_every_layer_off_the_gpu() -> None:
    assert options("?device=cpu").gpu_layers == 0
    assert options("?device=cuda:1").gpu_layers > 100
    assert options("?gpu_layers=12").gpu_layers == 12
