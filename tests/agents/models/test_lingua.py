"""The language of short texts, and an honest doubt where a word is shared."""

from __future__ import annotations

import sys

import pytest

from agents.errors import ModelUnavailable, ReferenceInvalid
from agents.models.lingua import _LANGUAGES, Lingua
from agents.models.reference import ModelReference

NAME = "lingua:builtin"


@pytest.fixture(scope="module")
def detector() -> Lingua:
    return Lingua(ModelReference.parse(NAME))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("What does the sign say?", "en"),
        ("How are you today?", "en"),
        ("牌子上写着什么？", "zh"),
        ("面条", "zh"),
        ("これはいくらですか", "ja"),
        ("東京タワーはどこ", "ja"),
        ("안녕하세요", "ko"),
        ("Wie geht es dir?", "de"),
        ("Bonjour, je voudrais un café", "fr"),
        ("Buenos días", "es"),
        ("Где мой поезд?", "ru"),
    ],
)
def test_short_texts_are_told_by_their_language(detector, text, language):
    found = detector.identify([text])[0]
    assert found[0].text == language
    assert found[0].confidence >= detector.card.half_from
    assert [one.confidence for one in found] == sorted((one.confidence for one in found), reverse=True)


@pytest.mark.parametrize("text", ["", "123", "😀 !!", "\ud83d"])
def test_without_letters_there_is_no_language(detector, text):
    assert detector.identify([text]) == [[]]


@pytest.mark.parametrize("text", ["no", "merci", "ok", "Hello"])
def test_a_word_that_languages_share_is_never_relied_on(detector, text):
    assert all(found.confidence < detector.card.sure_from for found in detector.identify([text])[0])


def test_of_a_long_text_only_the_beginning_is_looked_at(detector):
    begin = "Where does the train leave for the city? " * 30
    found, expected = detector.identify([begin + "これはいくらですか" * 100_000, begin])
    assert [one.text for one in found] == [one.text for one in expected] == ["en"]


def test_it_decides_among_the_languages_it_is_told():
    few = Lingua(ModelReference.parse(f"{NAME}?languages=sv,nb,da"))
    assert few.identify(["Jag heter Anna och bor i Stockholm"])[0][0].text == "sv"
    assert few.card.languages == {"sv", "nb", "da"}


def test_its_languages_are_those_of_the_library():
    from lingua import Language

    assert {language.iso_code_639_1.name.lower() for language in Language.all()} == _LANGUAGES


def test_the_missing_library_is_named_with_the_command_that_installs_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "lingua", None)
    with pytest.raises(ModelUnavailable, match="pip install lingua-language-detector"):
        Lingua(ModelReference.parse(NAME))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("lingua:large", "lingua:builtin"),
        (f"{NAME}?languages=en", "two languages"),
        (f"{NAME}?languages=en,dee", "did you mean de"),
        (f"{NAME}?language=en", "did you mean languages"),
    ],
)
def test_wrong_references_are_refused_with_the_right_ones(text, said):
    with pytest.raises(ReferenceInvalid, match=said):
        Lingua.declare(ModelReference.parse(text))
