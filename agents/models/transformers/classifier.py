"""The mood of a text by a classifier that transformers loads.

``classifier:NAME?option=value``: NAME is a repository of a hub or a local folder. Options: those of loading.py;
``labels`` (positive, neutral or negative for every class in its order, with commas between, where the model's own
labels do not say it), ``languages`` (what it knows), ``tokens`` (of a text that are read), ``together`` (texts at
once), ``sure`` and ``half`` (per cent: from where a mood may be said plainly, and from where as a guess).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agents.errors import ModelUnavailable, ReferenceInvalid
from agents.models.failures import on_device
from agents.models.options import Options, nearest
from agents.models.transformers.alone import alone
from agents.models.transformers.labels import MOODS, labels_of, meant
from agents.models.transformers.loaded import Loaded
from agents.models.transformers.loading import FILES, LOADING, check, load, place_of, require
from agents.models.transformers.reading import READING, Reading
from agents.models.transformers.reading_footprint import reading_footprint
from agents.ports import Card
from agents.values import Finding

if TYPE_CHECKING:
    from agents.models.footprint import Footprint
    from agents.models.reference import ModelReference

__all__ = ["Classifier"]

_KNOWN = LOADING | READING | {"labels", "languages", "together", "sure", "half"}
_NAMES = frozenset({"positive", "neutral", "negative"})


class Classifier(Loaded):
    """Fills :class:`agents.ports.SentimentReader`.

    Its confidence is the softmax probability of the mood, summed over the classes that stand for it (one and two stars
    are both negative). A text without a letter, digit or sign has no mood.
    """

    @classmethod
    def declare(cls, reference: ModelReference) -> Card:
        """What the reference promises, without loading anything. Raises ReferenceInvalid."""
        options = Options(reference, _KNOWN)
        check(options)
        _given(reference, options)
        Reading.check(options)
        return Card(
            reference=str(reference),
            languages=options.tags("languages"),
            sure_from=options.whole("sure", 70, 1, 100) / 100,
            half_from=min(options.whole("half", 50, 1, 100), options.whole("sure", 70, 1, 100)) / 100,
            confidence="probability of the mood, summed over the classes that stand for it",
            together=options.whole("together", 16, 1, 256),
        )

    @classmethod
    def files(cls, reference: ModelReference) -> tuple[str, ...]:
        return FILES

    @classmethod
    def footprint(cls, reference: ModelReference, folder: Path | None, kind: str) -> Footprint | None:
        """What it takes of memory; None where its files do not tell. Raises ReferenceInvalid."""
        options = Options(reference, _KNOWN)
        return reading_footprint(reference, folder, kind, options, together=cls.declare(reference).together)

    @alone
    def __init__(self, reference: ModelReference, folder: Path | None) -> None:
        from transformers import AutoModelForSequenceClassification

        self.card = self.declare(reference)
        options = Options(reference, _KNOWN)
        name = self.card.reference
        place = place_of(name, reference.name, folder)
        require(AutoModelForSequenceClassification, place, name, "classifier of texts")
        self._model = load(AutoModelForSequenceClassification, place, options, name)
        self._reading = Reading(place, self._model, options, name)
        self._moods = _moods(self._model.config, _given(reference, options), name)

    @on_device
    def read_sentiment(self, texts: Sequence[str]) -> list[list[Finding]]:
        import torch

        findings: list[list[Finding]] = [[] for _ in texts]
        read = [number for number, text in enumerate(texts) if text.strip()]
        for start in range(0, len(read), self.card.together):
            numbers = read[start : start + self.card.together]
            with torch.inference_mode():
                scores = self._model(**self._reading.tensors([texts[number] for number in numbers])).logits
            for number, probabilities in zip(numbers, scores.float().softmax(dim=1).tolist(), strict=True):
                findings[number] = [self._mood(probabilities)]
        return findings

    def _mood(self, probabilities: Sequence[float]) -> Finding:
        sums = dict.fromkeys(self._moods, 0.0)
        for mood, probability in zip(self._moods, probabilities, strict=True):
            sums[mood] += probability
        best = max(sums, key=lambda mood: sums[mood])
        return Finding(best, min(1.0, sums[best]))


def _given(reference: ModelReference, options: Options) -> list[str] | None:
    """What the reference says of the classes. Raises ReferenceInvalid for another word than a mood."""
    told = options.text("labels", "")
    given = [label.strip() for label in told.split(",")] if told else None
    for label in given or ():
        if label not in _NAMES:
            remedy = nearest(label, _NAMES, "each is one of")
            raise ReferenceInvalid(str(reference), f"labels={told} is wrong", remedy)
    return given


def _moods(config: Any, given: Sequence[str] | None, reference: str) -> list[str]:
    """The mood of every class. Raises ModelUnavailable where a class is none."""
    if getattr(config, "problem_type", None) == "multi_label_classification":
        raise ModelUnavailable(reference, "its classes do not exclude one another, so they are no moods")
    labels = labels_of(config, given, reference)
    moods = [meant(label, MOODS) for label in labels]
    if None in moods or len(set(moods)) < 2:
        remedy = "say which is positive, neutral or negative with labels=, in their order"
        raise ModelUnavailable(reference, f"its {len(labels)} classes are no moods; {remedy}")
    return [mood for mood in moods if mood]
