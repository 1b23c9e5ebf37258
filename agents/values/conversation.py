"""The conversation so far."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from agents.values.observations import Observation
from agents.values.parts import Part, Text, Unread

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

    @classmethod
    def of(cls, parts: Iterable[Part], observations: Iterable[Observation], speaker: str | None = None) -> Self:
        """The user's side of a turn: what was sent now, and not what is quoted from before."""
        sent = [(place, part) for place, part in enumerate(parts) if not part.quoted]
        texts = [(place, part) for place, part in sent if isinstance(part, Text) and part.text.strip()]
        apart = len(texts) > 1 and len(texts) < len(sent)
        origins = tuple((place, part.origin) for place, part in sent if not isinstance(part, Unread) and part.origin)
        return cls(
            Role.USER,
            "\n".join(part.text for _, part in texts),
            tuple(observations),
            speaker,
            captions=tuple((place, part.text) for place, part in texts) if apart or origins else (),
            origins=origins,
        )
