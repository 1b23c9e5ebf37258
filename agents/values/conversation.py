"""The conversation so far."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from agents.values.observations import Observation

__all__ = [
    "Role",
    "Utterance",
]


class Role(StrEnum):
    USER = "user"
    ASSISTANT = "assistant"


@dataclass(frozen=True, slots=True)
class Utterance:
    """One side of the conversation so far, as history hands it to the prompt.

    ``text`` is what was typed or answered; ``observations`` is what was perceived in the media of that message.
    ``speaker`` is the untrusted name of who said it, where several people talk.

    ``captions`` are the texts by the part of the turn that they stand beside, where ``text`` is more than one of them;
    ``origins`` the untrusted names of whom parts of the turn were forwarded from.
    """

    role: Role
    text: str
    observations: tuple[Observation, ...] = ()
    speaker: str | None = None
    captions: tuple[tuple[int, str], ...] = ()
    origins: tuple[tuple[int, str], ...] = ()
