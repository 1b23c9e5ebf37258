"""Speech becomes words with an honest confidence; silence and noise become nothing."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from types import SimpleNamespace

import jiwer
import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from agents import sounds
from agents.models.faster_whisper import FasterWhisper, _remembering
from agents.models.faster_whisper_findings import believed, finding
from agents.models.reference import ModelReference
from agents.ports import Sound
from agents.values import Finding, Span
from tests.embedded import folder
from tests.sounds import CONTAINERS, encode, noise, silence, spoken, voice, voices


def reference(text: str) -> ModelReference:
    return ModelReference.parse(text)


def heard(data: bytes) -> Sound:
    return sounds.decode(data, max_minutes=5)


def plain(text: str) -> str:
    """Lower case without punctuation, as word error rates are counted."""
    return " ".join(re.sub(r"[^\w\s]", " ", text.casefold()).split())


def segment(text: str, **told: float) -> SimpleNamespace:
    words = [SimpleNamespace(probability=0.9, start=i * 0.5, end=i * 0.5 + 0.4) for i, _ in enumerate(text.split())]
    facts = {"compression_ratio": 1.0, "no_speech_prob": 0.05, "avg_logprob": -0.2, "tokens": [1, 2, 3]} | told
    return SimpleNamespace(text=" " + text, words=words, **facts)


def test_loops_and_words_over_silence_are_notbelieved():
    good = segment("hello there")
    loop = segment("you you you you", compression_ratio=3.0)
    silent = segment("thanks for watching", no_speech_prob=0.9, avg_logprob=-1.4)
    assert believed([good, loop, silent]) == [good]


def test_a_segment_said_over_and_over_is_kept_once():
    first, second = segment("try me"), segment("and go")
    assert believed([first, segment("Try me"), segment("try me"), second]) == [first, second]


def test_segments_become_one_finding_from_the_first_word_to_the_last():
    segments = [segment("good morning"), segment("everyone")]
    (found,) = finding(segments, SimpleNamespace(language="jw", language_probability=1.0))
    assert (found.text, found.language) == ("good morning everyone", "jv")
    assert found.place == Span(0.0, 0.4)
    assert found.confidence == pytest.approx((0.9 * np.exp(-0.2)) ** (1 / 3))


def test_without_times_of_words_a_finding_lasts_as_its_segments_do():
    one = segment("good morning", start=0.5, end=2.0)
    one.words = None
    (found,) = finding(believed([one]), SimpleNamespace(language="en", language_probability=1.0))
    assert found.place == Span(0.5, 2.0)
    assert found.confidence == pytest.approx(np.exp(-0.2) ** 0.5)


def test_a_language_the_model_is_not_sure_of_lowers_the_confidence():
    sure, unsure = (
        finding([segment("hello")], SimpleNamespace(language="en", language_probability=p))[0] for p in (1.0, 0.2)
    )
    assert unsure.confidence < sure.confidence * 0.7


def test_a_window_that_was_encoded_to_detect_the_language_is_not_encoded_again():
    encoded: list[float] = []
    encode = _remembering(lambda features: encoded.append(float(features.sum())) or len(encoded))
    window = np.ones((80, 3_000), np.float32)
    without_last_frame = window.copy()
    without_last_frame[:, 277] = 0
    assert [encode(window), encode(without_last_frame), encode(window * 2), encode(window)] == [1, 1, 2, 3]
    assert len(encoded) == 3


@pytest.fixture(scope="module")
def transcripts(whisper) -> dict[str, Finding]:
    """What is found in the committed voices as they are, by name."""
    return {one.name: whisper.transcribe([heard(one.data)])[0][0] for one in voices()}


@pytest.mark.embedded
@pytest.mark.timeout(400)  # eleven recordings, on machines that do other things too
def test_the_word_error_rate_of_the_committed_voices_is_at_most_ten_per_cent(whisper, transcripts):
    said, transcribed, languages = [], [], []
    for one in voices():
        found = transcripts[one.name]
        said.append(plain(one.text))
        transcribed.append(plain(found.text))
        languages.append((found.language, one.language))
        assert found.confidence >= whisper.card.half_from
        assert isinstance(found.place, Span) and found.place.end <= heard(one.data).seconds + 0.1
    rate = jiwer.wer(said, transcribed)
    print(f"word error rate {rate:.3f} over {len(said)} voices in {len({told for _, told in languages})} languages")
    assert rate <= 0.10
    assert all(told == spoken for told, spoken in languages)


@pytest.mark.embedded
@pytest.mark.parametrize("media_type", CONTAINERS)
def test_speech_in_every_container_is_understood(whisper, media_type):
    one = spoken("en-introduction")
    (found,) = whisper.transcribe([heard(encode(heard(one.data).samples, media_type))])[0]
    assert plain(found.text) == plain(one.text)


@pytest.mark.embedded
@pytest.mark.parametrize("data", [silence(), noise(), noise(loudness=0.4)], ids=["silence", "noise", "loud noise"])
def test_without_speech_there_is_nofinding(whisper, data):
    assert whisper.transcribe([heard(data)]) == [[]]


@pytest.mark.embedded
def test_a_recording_shorter_than_a_word_is_nofinding(whisper):
    assert whisper.transcribe([Sound(np.zeros(0, np.float32)), Sound(np.ones(1_000, np.float32) * 0.1)]) == [[], []]


def noisy(samples: np.ndarray, decibels: float, seed: int) -> Sound:
    """The samples in white noise; ``decibels`` is how much louder than it they are."""
    loudness = float(np.sqrt((samples**2).mean())) * 10 ** (-decibels / 20)
    return Sound((samples + np.random.default_rng(seed).normal(0, loudness, len(samples))).astype(np.float32))


@pytest.mark.embedded
@pytest.mark.timeout(900)  # in the long lane 44 recordings, some of them little but noise
def test_confidence_tells_right_transcripts_from_wrong_ones(whisper, transcripts):
    """Right is a transcript of which at most one word in ten is wrong. Where nothing is found, nothing is claimed."""
    levels = [float(level) for level in os.environ.get("PARLEY_NOISE", "10").split(",")]
    judged = [(one.text, transcripts[one.name]) for one in voices()]
    for seed, one in list(enumerate(voices()))[:: 1 if "PARLEY_NOISE" in os.environ else 2]:
        for decibels in levels:
            found = whisper.transcribe([noisy(heard(one.data).samples, decibels, seed)])[0]
            judged += [(one.text, each) for each in found]
    right = [jiwer.wer(plain(said), plain(found.text)) <= 0.1 for said, found in judged]
    confidence = [found.confidence for _, found in judged]
    area = roc_auc_score(right, confidence)
    print(f"AUROC {area:.3f} over {len(right)} transcripts, {sum(right)} of them right; clean and at {levels} dB")
    assert area >= 0.7
    assert 5 <= sum(right) <= len(right) - 5
    assert len({round(value, 3) for value in confidence}) > len(confidence) / 2


@pytest.mark.embedded
def test_what_is_drowned_in_noise_is_never_said_as_sure(whisper):
    for name in ("en-train", "de-weather"):
        drowned = noisy(heard(voice(name)).samples, 0.0, seed=0)
        assert all(found.confidence < whisper.card.sure_from for found in whisper.transcribe([drowned])[0])


@pytest.fixture(scope="module")
def small() -> Callable[[str], FasterWhisper]:
    """The small English model with the options that are asked for."""
    name = "Systran/faster-whisper-tiny.en"
    return lambda options: FasterWhisper(reference(f"faster-whisper:{name}?{options}"), folder(name))


@pytest.mark.embedded
def test_windows_of_a_long_recording_go_through_together_without_loss(small):
    english = [one for one in voices() if one.language == "en"] * 2
    pause = np.zeros(16_000, np.float32)
    recording = np.concatenate([part for one in english for part in (heard(one.data).samples, pause)])
    assert len(recording) > 40 * 16_000  # two windows of 30 s at least
    (found,) = small("batch=4&words=off").transcribe([Sound(recording)])[0]
    assert jiwer.wer(plain(" ".join(one.text for one in english)), plain(found.text)) <= 0.05
    assert isinstance(found.place, Span) and found.place.end > 40
    assert found.confidence > 0.8


@pytest.mark.embedded
def test_names_that_are_to_be_expected_are_heard_through_noise(small):
    one = spoken("en-noodles")
    unclear = noisy(heard(one.data).samples, 10.0, seed=2)
    (guessed,) = small("beam=5").transcribe([unclear])[0]
    (expected,) = small("hotwords=Alice, Paris, Thursday, milk, bread, noodles, London").transcribe([unclear])[0]
    assert "noodles" not in guessed.text
    assert plain(expected.text) == plain(one.text)
