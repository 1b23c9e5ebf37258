"""What a language model is handed of what was perceived: of documents the passages that its prompt has room for."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import replace

from agents.passages import excerpt, is_near, room_of
from agents.ports import LanguageModelCard
from agents.values import Observation, ObservationKind, Outcome, Role, Utterance

__all__ = ["handed", "read_ahead", "recalled", "room_for_documents"]

_SHARE = 2  # the part of the prompt budget that documents may take: a half
_REMEMBERED = 3  # turns back that a question may still mean a document of
_LONG = 10_000  # characters from which looking for passages is left to a thread


def room_for_documents(card: LanguageModelCard) -> int:
    """Tokens."""
    return card.prompt_budget // _SHARE


def handed(observations: Sequence[Observation], question: str, card: LanguageModelCard) -> list[Observation]:
    """The observations with documents as the prompt shows them."""
    documents = sum(o.kind is ObservationKind.DOCUMENT_TEXT for o in observations)
    room = room_for_documents(card) // max(documents, 1)
    return [
        replace(o, text=excerpt(o.text, question, room_of(o.text, room)))
        if o.kind is ObservationKind.DOCUMENT_TEXT
        else o
        for o in observations
    ]


async def recalled(history: Sequence[Utterance], question: str, card: LanguageModelCard) -> list[Observation]:
    """Of a long document in the last few turns, the passages near to a question that was not yet asked then.

    None where all of the document stands in the prompt already, or no passage is near.
    """
    for said in [utterance for utterance in history if utterance.role is Role.USER][: -_REMEMBERED - 1 : -1]:
        documents = [o for o in said.observations if o.kind is ObservationKind.DOCUMENT_TEXT]
        if perceived := [o for o in documents if o.outcome is Outcome.PERCEIVED]:
            return await asyncio.to_thread(_near, perceived, question, card)
    return []


def _near(documents: Sequence[Observation], question: str, card: LanguageModelCard) -> list[Observation]:
    shown = zip(documents, handed(documents, question, card), strict=True)
    return [given for o, given in shown if given != o and is_near(question, o.text)]


async def read_ahead(utterances: Iterable[Utterance], card: LanguageModelCard) -> None:
    """Find the passages of long documents beside the event loop; they are remembered for when they are shown."""
    for said in utterances:
        if said.role is Role.USER and any(_is_long(o) for o in said.observations):
            spoken = [o.text for o in said.observations if o.kind is ObservationKind.TRANSCRIPT]
            words = said.text.strip() or "\n".join(spoken)
            await asyncio.to_thread(handed, said.observations, words, card)


def _is_long(observation: Observation) -> bool:
    return observation.kind is ObservationKind.DOCUMENT_TEXT and len(observation.text) > _LONG
