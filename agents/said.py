"""The words of one utterance as they stand in the prompt: captions with their photos, names with what people said."""

from __future__ import annotations

from collections.abc import Mapping

from agents.prompts import MediaPhrases
from agents.untrusted import name, neutral
from agents.values import ObservationKind, Outcome, Utterance

__all__ = ["own_words", "question_of", "shown", "spoken_by"]


def own_words(said: Utterance) -> str:
    """What the person typed themselves, as far as it is told apart from what they forwarded."""
    if not said.captions:
        return said.text.strip()
    forwarded = dict(said.origins)
    return "\n".join(text.strip() for part, text in said.captions if part not in forwarded)


def question_of(said: Utterance) -> str:
    """What passages of documents are chosen by: what was typed, else what was spoken, else what was forwarded."""
    forwarded = dict(said.origins)
    heard = [
        o.text
        for o in said.observations
        if o.kind is ObservationKind.TRANSCRIPT and o.outcome is Outcome.PERCEIVED and o.part not in forwarded
    ]
    return own_words(said) or "\n".join(heard) or said.text.strip()


def shown(said: Utterance, names: Mapping[int, str], media: MediaPhrases) -> str:
    """The person's own words; of several, each says which photo it stands below."""
    forwarded = dict(said.origins)
    own = [(part, text.strip()) for part, text in said.captions if part not in forwarded]
    if len(own) < 2:
        return own_words(said)
    return "\n".join(
        media.caption.format(photo=names[part - 1], text=text) if part - 1 in names else text for part, text in own
    )


def spoken_by(speaker: str, words: str) -> str:
    """A line that begins with the name; further lines are set in, so that none can pass for somebody else's."""
    return f"{name(speaker)}: " + neutral(words).replace("\n", "\n  ")
