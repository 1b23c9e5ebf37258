"""A classifier of sound becomes an ear for emotions: recordings of any length, in few calls, and none in silence."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from agents.errors import ModelUnavailable, ReferenceInvalid
from agents.models.reference import ModelReference
from agents.models.transformers.emotion import SpeechEmotion, _alike
from agents.ports import Sound
from tests.tiny.readers import save_sound_classifier, save_text_classifier

SHORT_NAMES = ["neu", "hap", "ang", "sad"]  # as IEMOCAP abbreviates them


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_sound_classifier(tmp_path_factory.mktemp("emotion"), SHORT_NAMES)


def ear(place: Path, tail: str = "") -> SpeechEmotion:
    return SpeechEmotion(ModelReference.parse(f"emotion:{place}{tail}"), None)


def refusal(place: Path, tail: str = "") -> str:
    with pytest.raises(ModelUnavailable) as refused:
        ear(place, tail)
    return refused.value.detail


def hum(seconds: float, pitch: float = 180.0) -> Sound:
    times = np.arange(int(seconds * 16_000)) / 16_000
    return Sound((0.2 * np.sin(2 * np.pi * pitch * times) * np.sin(2 * np.pi * 3 * times)).astype(np.float32))


def test_emotions_are_named_in_full_likeliest_first(model):
    (found,) = ear(model).hear_emotion([hum(1.5)])
    assert 1 <= len(found) <= 3
    assert {finding.text for finding in found} <= {"neutral", "happy", "angry", "sad"}
    confidence = [finding.confidence for finding in found]
    assert confidence == sorted(confidence, reverse=True)
    assert all(0.05 <= value <= 1 for value in confidence)


def test_silence_and_moments_carry_no_emotion(model):
    quiet = [Sound(np.zeros(16_000, np.float32)), Sound(np.zeros(0, np.float32)), hum(0.1)]
    assert ear(model).hear_emotion(quiet) == [[], [], []]


def test_every_recording_gets_its_own_emotions_in_whatever_order_they_are_heard(model):
    recordings = [hum(2.0, 300), hum(0.5, 100), Sound(np.zeros(9_000, np.float32)), hum(2.05, 150), hum(1.0, 220)]
    together = ear(model).hear_emotion(recordings)
    alone = [ear(model).hear_emotion([recording])[0] for recording in recordings]
    assert together[2] == []
    for one, other in zip(together, alone, strict=True):
        assert [finding.text for finding in one] == [finding.text for finding in other]
        assert [f.confidence for f in one] == pytest.approx([f.confidence for f in other], abs=0.02)


def test_only_so_many_seconds_are_heard(model):
    long = hum(4)
    short = Sound(long.samples[: 2 * 16_000])
    bounded = ear(model, "?seconds=2")
    assert bounded.hear_emotion([long]) == bounded.hear_emotion([short])


def test_recordings_go_together_that_are_about_as_long():
    lengths = [100, 50, 105, 51, 104, 200]
    assert list(_alike(range(6), lengths, 2)) == [[1, 3], [0, 4], [2], [5]]
    assert list(_alike([], [], 2)) == []


def test_classes_without_names_are_refused_until_the_reference_names_them(tmp_path):
    place = save_sound_classifier(tmp_path, ["LABEL_0", "LABEL_1"])
    assert "labels=" in refusal(place)
    found = ear(place, "?labels=calm,joy").hear_emotion([hum(1)])[0]
    assert {finding.text for finding in found} <= {"calm", "happy"}


def test_models_of_another_kind_are_refused_by_what_they_are(tmp_path):
    assert "its type is bert" in refusal(save_text_classifier(tmp_path / "text", ["positive", "negative"]))
    assert "16 kHz" in refusal(save_sound_classifier(tmp_path / "telephone", SHORT_NAMES, rate=8_000))


def test_truncated_weights_are_told_as_damaged(model, tmp_path):
    for file in model.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes()[: 5_000 if file.suffix == ".safetensors" else None])
    assert "damaged" in refusal(tmp_path)


@pytest.mark.parametrize(
    ("tail", "said"),
    [
        ("?labels=neutral,,sad", "one emotion a class"),
        ("?labels=<b>", "one emotion a class"),
        ("?seconds=1000", "from 1 to 120"),
        ("?secnods=3", "did you mean seconds"),
    ],
)
def test_wrong_options_are_refused_with_the_right_ones(tail, said):
    with pytest.raises(ReferenceInvalid, match=said):
        SpeechEmotion.declare(ModelReference.parse(f"emotion:org/model{tail}"))
