"""A reference to a Whisper model promises what the model can do, and a wrong one is refused with what is right."""

from __future__ import annotations

import json

import pytest

from agents.errors import ReferenceInvalid
from agents.models.faster_whisper import FasterWhisper
from agents.models.faster_whisper_options import WhisperOptions
from agents.models.reference import ModelReference

BASE = "faster-whisper:Systran/faster-whisper-base"


def reference(text: str) -> ModelReference:
    return ModelReference.parse(text)


def test_a_multilingual_model_declares_its_languages_without_being_loaded():
    card = FasterWhisper.declare(reference(BASE))
    assert {"en", "zh", "fr", "de", "it", "jv"} <= (card.languages or frozenset())
    assert 0 < card.half_from < card.sure_from < 1


@pytest.mark.parametrize(
    ("text", "languages"),
    [
        ("faster-whisper:Systran/faster-whisper-tiny.en", {"en"}),  # the catalogue tells
        ("faster-whisper:/models/own?languages=en,de", {"en", "de"}),
        (f"{BASE}?language=fr", {"fr"}),
    ],
)
def test_a_model_of_fewer_languages_declares_them(text, languages):
    assert FasterWhisper.declare(reference(text)).languages == languages


@pytest.mark.parametrize(("end_of_text", "languages"), [(50256, 1), (50257, 100)])
def test_a_folder_tells_by_its_configuration_whether_its_model_knows_english_alone(tmp_path, end_of_text, languages):
    (tmp_path / "config.json").write_text(json.dumps({"suppress_ids_begin": [220, end_of_text]}))
    assert len(FasterWhisper.declare(reference(f"faster-whisper:{tmp_path}")).languages or ()) == languages


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"suppress_ids_begin": 5}', "\udc80"])
def test_a_folder_whose_configuration_tells_nothing_is_taken_at_its_word_until_it_is_loaded(tmp_path, content):
    (tmp_path / "config.json").write_text(content, encoding="utf-8", errors="surrogateescape")
    assert len(FasterWhisper.declare(reference(f"faster-whisper:{tmp_path}")).languages or ()) == 100


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ("beam=0", "from 1 to 20"),
        ("device=tpu", "device is one of"),
        ("device=mps", "cpu, cuda"),
        ("compute_type=int3", "did you mean int"),
        ("vad=yes", "off, on"),
        ("threads=none", "whole number"),
        ("speed=9", "faster-whisper knows"),
        ("language=eng", "did you mean en"),
        ("languages=en,xx", "languages=xx"),
        ("batch=100", "from 1 to 64"),
        ("batch=4&vad=off", "pauses"),
        ("hotwords=<|endoftext|>", "plain words"),
        (f"hotwords={'word ' * 41}", "200 characters"),
        ("bacth=4", "did you mean batch"),
    ],
)
def test_a_wrong_option_is_refused_before_anything_is_loaded(option, said):
    with pytest.raises(ReferenceInvalid, match=said):
        FasterWhisper.declare(reference(f"{BASE}?{option}"))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("small", "write faster-whisper:Systran/faster-whisper-small"),
        ("turbo", "write faster-whisper:mobiuslabsgmbh/faster-whisper-large-v3-turbo"),
        ("smal", "did you mean small"),
    ],
)
def test_a_size_alone_is_answered_with_the_repository_that_holds_it(name, said):
    with pytest.raises(ReferenceInvalid, match=said):
        FasterWhisper.declare(reference(f"faster-whisper:{name}"))


def test_sizes_are_those_of_faster_whisper():
    from faster_whisper.utils import _MODELS

    from agents.models.faster_whisper_options import _SIZES

    assert set(_SIZES.items()) <= set(_MODELS.items())


def test_several_windows_go_through_a_gpu_at_once_unless_the_reference_says_otherwise():
    plain, one, uncut = (WhisperOptions.read(reference(BASE + tail)) for tail in ("", "?batch=1", "?vad=off"))
    assert plain.batch_on("cuda") > 1
    assert plain.batch_on("cpu") == one.batch_on("cuda") == uncut.batch_on("cuda") == 1


def test_words_to_be_expected_may_be_of_any_script():
    assert WhisperOptions.read(reference(f"{BASE}?hotwords=Parley, 牛肉面, d'Artagnan")).hotwords
    assert WhisperOptions.read(reference(f"{BASE}?hotwords=%20")).hotwords is None


def test_the_card_tells_what_its_confidence_is_made_of():
    with_words, without = (FasterWhisper.declare(reference(BASE + tail)) for tail in ("", "?words=off"))
    assert "words" in with_words.confidence
    assert "words" not in without.confidence


def test_files_of_a_repository_hold_all_that_loading_needs():
    assert {"model.bin", "config.json", "tokenizer.json", "preprocessor_config.json"} <= set(
        FasterWhisper.files(reference("faster-whisper:Systran/faster-whisper-large-v3"))
    )
