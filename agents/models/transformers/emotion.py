"""The emotion in a voice by a classifier of sound that transformers loads.

``emotion:NAME?option=value``: NAME is a repository of a hub or a local folder. Options: those of loading.py; ``labels``
(the emotion of every class in its order, with commas between, where the model's own labels do not say it), ``seconds``
(of a recording that are heard), ``together`` (recordings at once), ``sure`` and ``half`` (per cent: from where an
emotion may be said plainly, and from where as a guess).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agents.errors import ModelUnavailable, ReferenceInvalid
from agents.models.failures import on_device
from agents.models.options import Options
from agents.models.transformers.alone import alone
from agents.models.transformers.labels import EMOTIONS, labels_of, meant
from agents.models.transformers.loaded import Loaded
from agents.models.transformers.loading import FILES, LOADING, check, load, place_of, require, translated
from agents.models.transformers.reading_footprint import hearing_footprint
from agents.ports import Card, Sound
from agents.values import Finding

if TYPE_CHECKING:
    from agents.models.footprint import Footprint
    from agents.models.reference import ModelReference

__all__ = ["SpeechEmotion"]

_KNOWN = LOADING | {"labels", "seconds", "together", "sure", "half"}
_WORDED = re.compile(r"[a-z][a-z -]{0,30}")
_RATE = 16_000  # Hz
_SHORTEST, _QUIETEST = 0.3, 1e-3  # seconds, and root mean square: in less there is no voice to judge
_ALIKE = 1.1  # recordings whose lengths differ by less go together: much padding would change what is heard
_MOST, _LEAST = 3, 0.05  # findings of one recording, and the probability of the last


class SpeechEmotion(Loaded):
    """Fills :class:`agents.ports.EmotionReader`: the likeliest emotions, none where it is quiet.

    Its confidence is the softmax probability of the emotion. Such models are trained on actors: a calm voice is
    recognised better than a mixed one, and the words are not considered.
    """

    @classmethod
    def declare(cls, reference: ModelReference) -> Card:
        """What the reference promises, without loading anything. Raises ReferenceInvalid."""
        options = Options(reference, _KNOWN)
        check(options)
        _given(reference, options)
        options.whole("seconds", 30, 1, 120)
        return Card(
            reference=str(reference),
            sure_from=options.whole("sure", 70, 1, 100) / 100,
            half_from=min(options.whole("half", 50, 1, 100), options.whole("sure", 70, 1, 100)) / 100,
            confidence="probability of the emotion among those the model knows",
            together=options.whole("together", 4, 1, 64),
        )

    @classmethod
    def files(cls, reference: ModelReference) -> tuple[str, ...]:
        return FILES

    @classmethod
    def footprint(cls, reference: ModelReference, folder: Path | None, kind: str) -> Footprint | None:
        """What it takes of memory; None where its files do not tell. Raises ReferenceInvalid."""
        options = Options(reference, _KNOWN)
        seconds = options.whole("seconds", 30, 1, 120)
        return hearing_footprint(
            reference, folder, kind, options, seconds=seconds, together=cls.declare(reference).together
        )

    @alone
    def __init__(self, reference: ModelReference, folder: Path | None) -> None:
        from transformers import AutoModelForAudioClassification

        self.card = self.declare(reference)
        options = Options(reference, _KNOWN)
        name = self.card.reference
        place = place_of(name, reference.name, folder)
        require(AutoModelForAudioClassification, place, name, "classifier of sound")
        self._most = options.whole("seconds", 30, 1, 120) * _RATE
        self._model = load(AutoModelForAudioClassification, place, options, name)
        self._extractor = _extractor(place, name)
        labels = labels_of(self._model.config, _given(reference, options), name)
        self._emotions = [meant(label, EMOTIONS) or label for label in labels]

    @on_device
    def hear_emotion(self, sounds: Sequence[Sound]) -> list[list[Finding]]:
        heard = [sound.samples[: self._most] for sound in sounds]
        findings: list[list[Finding]] = [[] for _ in sounds]
        audible = [number for number, samples in enumerate(heard) if _audible(samples)]
        for numbers in _alike(audible, [len(samples) for samples in heard], self.card.together):
            for number, probabilities in zip(numbers, self._scores([heard[n] for n in numbers]), strict=True):
                findings[number] = self._likeliest(probabilities)
        return findings

    def _scores(self, recordings: Sequence[Any]) -> list[list[float]]:
        """The probability of every class for each recording."""
        import torch

        inputs = self._extractor(list(recordings), sampling_rate=_RATE, padding=True, return_tensors="pt")
        placed = {
            key: value.to(self._model.device, self._model.dtype if value.is_floating_point() else None)
            for key, value in inputs.items()
        }
        with torch.inference_mode():
            scores: list[list[float]] = self._model(**placed).logits.float().softmax(dim=1).tolist()
        return scores

    def _likeliest(self, probabilities: Sequence[float]) -> list[Finding]:
        sums = dict.fromkeys(self._emotions, 0.0)
        for emotion, probability in zip(self._emotions, probabilities, strict=True):
            sums[emotion] += probability
        ranked = sorted(sums.items(), key=lambda pair: -pair[1])[:_MOST]
        return [Finding(emotion, min(1.0, probability)) for emotion, probability in ranked if probability >= _LEAST]


def _given(reference: ModelReference, options: Options) -> list[str] | None:
    """What the reference says of the classes. Raises ReferenceInvalid."""
    told = options.text("labels", "")
    given = [label.strip() for label in told.split(",")] if told else None
    if not all(_WORDED.fullmatch(label) for label in given or ()):
        remedy = "write one emotion a class with commas between, as in labels=neutral,happy,angry,sad"
        raise ReferenceInvalid(str(reference), f"labels={told} is wrong", remedy)
    return given


def _extractor(place: Path, reference: str) -> Any:
    """What makes samples into the model's input. Raises ModelUnavailable."""
    import transformers

    kind: Any = transformers.AutoFeatureExtractor
    with translated(reference):
        extractor = kind.from_pretrained(str(place), local_files_only=True, trust_remote_code=False)
    if getattr(extractor, "sampling_rate", None) != _RATE:
        raise ModelUnavailable(reference, "it does not hear sound of 16 kHz")
    return extractor


def _audible(samples: Any) -> bool:
    return len(samples) >= _SHORTEST * _RATE and float((samples**2).mean()) ** 0.5 >= _QUIETEST


def _alike(numbers: Sequence[int], lengths: Sequence[int], most: int) -> Iterator[list[int]]:
    """Groups of recordings of about one length, ``most`` in each."""
    group: list[int] = []
    for number in sorted(numbers, key=lambda n: lengths[n]):
        if group and (len(group) == most or lengths[number] > lengths[group[0]] * _ALIKE):
            yield group
            group = []
        group.append(number)
    if group:
        yield group
