"""What a language model is handed of what was perceived: of documents the passages that its prompt has room for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from agents.passages import excerpt, is_near, room_of
from agents.ports import LanguageModelCard
from agents.said import question_of
from agents.values import Observation, ObservationKind, Outcome, Role, Utterance

__all__ = ["beside", "further", "handed", "read_ahead", "recalled", "room_for_documents"]

_T = TypeVar("_T")

_SHARE = 2  # the part of the prompt budget that documents may take: a half
_REMEMBERED = 3  # turns back that a question may still mean a document of
_LONG = 10_000  # characters from which looking for passages is left to a thread


def room_for_documents(card: LanguageModelCard) -> int:
    """Tokens."""
    return card.prompt_budget // _SHARE


def handed(observations: Sequence[Observation], question: str, card: LanguageModelCard) -> list[Observation]:
    """The observations with documents as the prompt shows them."""
    documents = {o.part for o in observations if _is_read(o)}
    room = max(room_for_documents(card) // max(len(documents), 1), 1)
    return [
        replace(o, text=excerpt(o.text, question, room_of(o.text, room))) if _is_read(o) else o for o in observations
    ]


async def recalled(history: Sequence[Utterance], question: str, card: LanguageModelCard) -> list[Observation]:
    """Of a long document in the last few turns, the passages near to a question that was not yet asked then.

    None where all of the document stands in the prompt already, or no passage is near.
    """
    for said in [utterance for utterance in history if utterance.role is Role.USER][: -_REMEMBERED - 1 : -1]:
        if read := [o for o in said.observations if _is_read(o)]:
            return await asyncio.to_thread(_near, read, question, card)
    return []


def _near(documents: Sequence[Observation], question: str, card: LanguageModelCard) -> list[Observation]:
    return [given for o, given in further(documents, question, card) if is_near(question, o.text)]


def further(
    observations: Sequence[Observation], question: str, card: LanguageModelCard
) -> list[tuple[Observation, Observation]]:
    """Of documents that the prompt has no room for as a whole: all of each, and what the prompt shows of it."""
    shown = zip(observations, handed(observations, question, card), strict=True)
    return [(o, given) for o, given in shown if given.text != o.text]


async def read_ahead(utterances: Iterable[Utterance], card: LanguageModelCard) -> None:
    """Find the passages of long documents beside the event loop; they are remembered for when they are shown."""
    for said in utterances:
        if said.role is Role.USER and _are_long(said.observations):
            await asyncio.to_thread(handed, said.observations, question_of(said), card)


async def beside(call: Callable[[], _T], observations: Sequence[Observation], history: Sequence[Utterance] = ()) -> _T:
    """What ``call`` gives: found beside the event loop where it has long documents to look through."""
    if _are_long([*observations, *(o for said in history for o in said.observations)]):
        return await asyncio.to_thread(call)
    return call()


def _are_long(observations: Iterable[Observation]) -> bool:
    return sum(len(o.text) for o in observations if _is_read(o)) > _LONG


def _is_read(observation: Observation) -> bool:
    return observation.kind is ObservationKind.DOCUMENT_TEXT and observation.outcome is Outcome.PERCEIVED
