"""What the classes of a classifier mean: by its configuration, or by the reference where that tells nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from agents.errors import ModelUnavailable

__all__ = ["EMOTIONS", "MOODS", "labels_of", "meant"]

_NAMELESS = re.compile(r"label_\d+")
_WORDED = re.compile(r"[\w /-]{1,40}")  # a repository's words, which people may come to read
_DEGREE = re.compile(r"^(?:very|extremely|somewhat|slightly|mostly) ")
_REMEDY = "say what they mean with labels=, in their order"

MOODS: Mapping[str, str] = {
    **dict.fromkeys(("positive", "pos", "4 stars", "5 stars", "4 star", "5 star"), "positive"),
    **dict.fromkeys(("neutral", "neu", "3 stars", "3 star", "mixed"), "neutral"),
    **dict.fromkeys(("negative", "neg", "1 star", "2 stars", "1 stars", "2 star"), "negative"),
    **dict.fromkeys(("积极", "正面"), "positive"),
    **dict.fromkeys(("中性",), "neutral"),
    **dict.fromkeys(("消极", "负面"), "negative"),
}
# Emotions as datasets of speech abbreviate or inflect them (IEMOCAP, RAVDESS, MSP-Podcast); others stay as they are.
EMOTIONS: Mapping[str, str] = {
    **dict.fromkeys(("neu", "no_emotion"), "neutral"),
    **dict.fromkeys(("hap", "happiness", "joy"), "happy"),
    **dict.fromkeys(("sadness",), "sad"),
    **dict.fromkeys(("ang", "anger"), "angry"),
    **dict.fromkeys(("fea", "fear", "fearful"), "afraid"),
    **dict.fromkeys(("dis", "disgust"), "disgusted"),
    **dict.fromkeys(("sur", "surprise"), "surprised"),
}


def labels_of(config: Any, given: Sequence[str] | None, reference: str) -> list[str]:
    """The label of every class, in the order of the model's scores, lower-case. Raises ModelUnavailable."""
    count = int(config.num_labels)
    if count < 2:
        raise ModelUnavailable(reference, "it gives a score and no classes, so it is no classifier")
    if given is not None:
        if len(given) != count:
            raise ModelUnavailable(reference, f"it has {count} classes and labels= names {len(given)}")
        return list(given)
    told = [str(config.id2label.get(number, f"label_{number}")).strip().lower() for number in range(count)]
    if any(_NAMELESS.fullmatch(label) for label in told):
        raise ModelUnavailable(reference, f"its {count} classes have no names; {_REMEDY}")
    if not all(_WORDED.fullmatch(label) for label in told):
        raise ModelUnavailable(reference, f"its {count} classes have names that are no words; {_REMEDY}")
    return told


def meant(label: str, meanings: Mapping[str, str]) -> str | None:
    """What the label stands for, whatever its degree; None for none of these."""
    return meanings.get(label) or meanings.get(_DEGREE.sub("", label))
