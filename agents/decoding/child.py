"""The child that decodes: ``python -m agents.decoding.child``, see agents/models/child.py.

It reads one line of JSON (:class:`Terms`), says that it is ready, and then decodes one file after another from its
socket until its parent goes or kills it.
"""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from typing import TYPE_CHECKING, NoReturn

from agents import documents, pictures, sounds, videos
from agents.decoding.answers import tell
from agents.decoding.bounds import address_space, confine, give
from agents.decoding.wire import DOCUMENT, ORDER, PICTURE, VIDEO, Gone, Terms, take
from agents.errors import MediaUnreadable
from agents.models.lifeline import end_with_parent, first_line

if TYPE_CHECKING:
    from agents.decoded import Decoded

__all__ = ["main"]


def main() -> NoReturn:
    end_with_parent()
    greeting = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever a library prints must not pass for the greeting
    terms = Terms.of(first_line())
    pictures.prepare(terms.megapixels)
    sounds.prepare()
    videos.prepare()
    documents.prepare()
    resting = address_space()
    confine()
    with greeting:
        greeting.write("ready\n")
    with socket.socket(fileno=terms.socket) as wire:
        while True:
            kind, frames, length = ORDER.unpack(take(wire, ORDER.size))
            give(terms.memory + 2 * length, terms.seconds, resting)
            tell(wire, _decoded(kind, frames, bytes(take(wire, length)), terms))


def _decoded(kind: bytes, frames: int, data: bytes, terms: Terms) -> Decoded | str:
    """What is in the file, or the reason why that cannot be told."""
    try:
        if kind == PICTURE:
            return pictures.decode(data, max_megapixels=terms.megapixels)
        if kind == VIDEO:
            return videos.decode(data, frames=frames, minutes=terms.video_minutes, patience=terms.patience)
        if kind == DOCUMENT:
            return documents.decode(data, characters=terms.characters, patience=terms.patience)
        return sounds.decode(data, max_minutes=terms.minutes)
    except MediaUnreadable as refusal:
        return refusal.reason


if __name__ == "__main__":
    with suppress(Gone):
        main()
