"""A classifier of texts becomes a reader of moods, whatever its classes are called."""

from __future__ import annotations

from pathlib import Path

import pytest

from agents.errors import ModelUnavailable, ReferenceInvalid
from agents.models.reference import ModelReference
from agents.models.transformers.classifier import Classifier
from tests.tiny.readers import save_encoder, save_sound_classifier, save_text_classifier

STARS = ["1 star", "2 stars", "3 stars", "4 stars", "5 stars"]
TEXTS = ["good food today", "", "bad train", "the man eats a meal . " * 40, "我很好 \ud83d", " \n"]


@pytest.fixture(scope="module")
def stars(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_text_classifier(tmp_path_factory.mktemp("stars"), STARS)


def classifier(place: Path, tail: str = "") -> Classifier:
    return Classifier(ModelReference.parse(f"classifier:{place}{tail}"), None)


def refusal(place: Path, tail: str = "") -> str:
    with pytest.raises(ModelUnavailable) as refused:
        classifier(place, tail)
    return refused.value.detail


def test_every_text_with_words_gets_one_mood_and_others_none(stars):
    found = classifier(stars).read_sentiment(TEXTS)
    assert [len(each) for each in found] == [1, 0, 1, 1, 1, 0]
    for each in found:
        for mood in each:
            assert mood.text in {"positive", "neutral", "negative"}
            assert 1 / 3 <= mood.confidence <= 1
    assert len({mood.confidence for each in found for mood in each}) == 4


def test_a_text_is_judged_alike_alone_and_among_others(stars):
    alone = classifier(stars, "?together=1").read_sentiment(TEXTS)
    among = classifier(stars).read_sentiment(TEXTS)
    for one, other in zip(alone, among, strict=True):
        assert [mood.text for mood in one] == [mood.text for mood in other]
        assert [mood.confidence for mood in one] == pytest.approx([mood.confidence for mood in other], abs=1e-5)


def test_what_is_beyond_the_tokens_that_are_read_changes_nothing(stars):
    short = classifier(stars, "?tokens=8")
    assert short.read_sentiment(["good food today is a meal market train happy"]) == short.read_sentiment(
        ["good food today is a meal man sad"]
    )


def test_the_probabilities_of_classes_of_one_mood_are_summed(stars):
    by_stars = classifier(stars)
    assert by_stars._mood([0.2, 0.2, 0.25, 0.05, 0.3]).text == "negative"
    assert by_stars._mood([0.2, 0.2, 0.25, 0.05, 0.3]).confidence == pytest.approx(0.4)


@pytest.mark.parametrize(
    "labels",
    [
        ["NEGATIVE", "POSITIVE"],
        ["neg", "neu", "pos"],
        ["Very Negative", "Negative", "Neutral", "Positive", "Very Positive"],
        ["积极", "消极", "中性"],
    ],
)
def test_usual_names_of_classes_are_understood(tmp_path, labels):
    reader = classifier(save_text_classifier(tmp_path, labels))
    assert len(reader.read_sentiment(["good food"])[0]) == 1


def test_classes_without_names_are_refused_until_the_reference_names_them(tmp_path):
    place = save_text_classifier(tmp_path, ["LABEL_0", "LABEL_1", "LABEL_2"])
    assert "labels=" in refusal(place)
    assert "3 classes and labels= names 2" in refusal(place, "?labels=negative,positive")
    named = classifier(place, "?labels=negative,neutral,positive")
    assert named.read_sentiment(["good food"])[0]


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        (["joy", "anger", "sadness"], "no moods"),
        (["positive", "pos"], "no moods"),
        (["positive", "<b>negative</b>"], "no words"),
        (["score"], "no classifier"),
    ],
)
def test_classes_that_are_no_moods_are_refused(tmp_path, labels, said):
    assert said in refusal(save_text_classifier(tmp_path, labels))


def test_classes_that_do_not_exclude_one_another_are_refused(tmp_path):
    place = save_text_classifier(tmp_path, ["positive", "negative"], problem_type="multi_label_classification")
    assert "exclude" in refusal(place)


def test_models_of_another_kind_are_refused_by_what_they_are(tmp_path):
    assert "its type is wav2vec2" in refusal(save_sound_classifier(tmp_path / "sound", ["neutral", "happy"]))
    assert "lack parts" in refusal(save_encoder(tmp_path / "encoder"))
    assert "config.json" in refusal(tmp_path / "nowhere")


def test_a_folder_without_a_tokenizer_of_the_model_is_refused(stars, tmp_path):
    for file in stars.iterdir():
        if not file.name.startswith("tokenizer"):
            (tmp_path / file.name).symlink_to(file)
    assert "no tokenizer" in refusal(tmp_path)


@pytest.mark.parametrize(
    ("tail", "said"),
    [
        ("?labels=good,bad", "each is one of negative, neutral, positive"),
        ("?labels=positiv,negative", "did you mean positive"),
        ("?tokens=0", "from 8"),
        ("?device=gpu", "device is one of"),
        ("?lables=positive", "did you mean labels"),
    ],
)
def test_wrong_options_are_refused_with_the_right_ones(tail, said):
    with pytest.raises(ReferenceInvalid, match=said):
        Classifier.declare(ModelReference.parse(f"classifier:org/model{tail}"))
