"""Speech becomes words with an honest confidence; silence and noise become nothing."""

from __future__ import annotations

import re
from types import SimpleNamespace

import jiwer
import numpy as np
import pytest

from agents import sounds
from agents.errors import ModelUnavailable, ReferenceInvalid
from agents.models.faster_whisper import FasterWhisper, _believed, _finding, _remembering
from agents.models.reference import ModelReference
from agents.ports import Sound
from agents.values import Span
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


def test_a_multilingual_model_declares_its_languages_without_being_loaded():
    card = FasterWhisper.declare(reference("faster-whisper:Systran/faster-whisper-base"))
    assert {"en", "zh", "fr", "de", "it", "jv"} <= (card.languages or frozenset())
    assert 0 < card.half_from < card.sure_from < 1


@pytest.mark.parametrize(
    ("text", "languages"),
    [
        ("faster-whisper:Systran/faster-whisper-tiny.en", {"en"}),  # the catalogue tells
        ("faster-whisper:/models/own?languages=en,de", {"en", "de"}),
        ("faster-whisper:Systran/faster-whisper-base?language=fr", {"fr"}),
    ],
)
def test_a_model_of_fewer_languages_declares_them(text, languages):
    assert FasterWhisper.declare(reference(text)).languages == languages


@pytest.mark.parametrize("option", ["beam=0", "device=tpu", "compute_type=int3", "vad=yes", "threads=none", "speed=9"])
def test_a_wrong_option_is_refused_before_anything_is_loaded(option, tmp_path):
    for name in ("model.bin", "config.json", "tokenizer.json"):
        (tmp_path / name).write_bytes(b"")
    with pytest.raises(ReferenceInvalid):
        FasterWhisper(reference(f"faster-whisper:base?{option}"), tmp_path)


def test_a_folder_without_the_model_is_unavailable_and_never_downloaded(tmp_path):
    with pytest.raises(ModelUnavailable):
        FasterWhisper(reference("faster-whisper:Systran/faster-whisper-base"), tmp_path)
    with pytest.raises(ModelUnavailable):
        FasterWhisper(reference(f"faster-whisper:{tmp_path}/nowhere"), None)


def test_loops_and_words_over_silence_are_not_believed():
    good = segment("hello there")
    loop = segment("you you you you", compression_ratio=3.0)
    silent = segment("thanks for watching", no_speech_prob=0.9, avg_logprob=-1.4)
    assert _believed([good, loop, silent]) == [good]


def test_a_segment_said_over_and_over_is_kept_once():
    first, second = segment("try me"), segment("and go")
    assert _believed([first, segment("Try me"), segment("try me"), second]) == [first, second]


def test_segments_become_one_finding_from_the_first_word_to_the_last():
    segments = [segment("good morning"), segment("everyone")]
    (finding,) = _finding(segments, SimpleNamespace(language="jw", language_probability=1.0))
    assert (finding.text, finding.language) == ("good morning everyone", "jv")
    assert finding.place == Span(0.0, 0.4)
    assert finding.confidence == pytest.approx((0.9 * np.exp(-0.2)) ** (1 / 3))


def test_a_language_the_model_is_not_sure_of_lowers_the_confidence():
    sure, unsure = (
        _finding([segment("hello")], SimpleNamespace(language="en", language_probability=p))[0] for p in (1.0, 0.2)
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


@pytest.mark.embedded
@pytest.mark.timeout(400)  # eleven recordings, on machines that do other things too
def test_the_word_error_rate_of_the_committed_voices_is_at_most_ten_per_cent(whisper):
    said, transcribed, languages = [], [], []
    for one in voices():
        (found,) = whisper.transcribe([heard(one.data)])[0]
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
def test_without_speech_there_is_no_finding(whisper, data):
    assert whisper.transcribe([heard(data)]) == [[]]


@pytest.mark.embedded
def test_a_recording_shorter_than_a_word_is_no_finding(whisper):
    assert whisper.transcribe([Sound(np.zeros(0, np.float32)), Sound(np.ones(1_000, np.float32) * 0.1)]) == [[], []]


@pytest.mark.embedded
def test_what_is_drowned_in_noise_is_never_said_as_sure(whisper):
    chance = np.random.default_rng(0)
    for name in ("en-train", "it-table"):
        clean = heard(voice(name)).samples
        loudness = float(np.sqrt((clean**2).mean()))
        drowned = (clean + chance.normal(0, loudness, len(clean))).astype(np.float32)
        assert all(found.confidence < whisper.card.sure_from for found in whisper.transcribe([Sound(drowned)])[0])
