"""The child that decodes: ``python -m agents.decoding.child``, see agents/models/child.py.

It reads one line of JSON (:class:`Terms`), says that it is ready, and then decodes one file after another from its
socket until its parent goes or kills it.
"""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from typing import TYPE_CHECKING, NoReturn

from agents import pictures, sounds
from agents.decoding.bounds import address_space, confine, give
from agents.decoding.pixels import strips
from agents.decoding.wire import ANSWER, ORDER, PICTURE, REFUSAL, SOUND, Gone, Terms, take
from agents.errors import MediaUnreadable
from agents.models.lifeline import end_with_parent, first_line
from agents.ports import Sound

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["main"]


def main() -> NoReturn:
    end_with_parent()
    greeting = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever a library prints must not pass for the greeting
    terms = Terms.of(first_line())
    pictures.prepare(terms.megapixels)
    sounds.prepare()
    resting = address_space()
    confine()
    with greeting:
        greeting.write("ready\n")
    with socket.socket(fileno=terms.socket) as wire:
        while True:
            kind, length = ORDER.unpack(take(wire, ORDER.size))
            give(terms.memory + 2 * length, terms.seconds, resting)
            _answer(wire, _decoded(kind, bytes(take(wire, length)), terms))


def _decoded(kind: bytes, data: bytes, terms: Terms) -> Image | Sound | str:
    """What is in the file, or the reason why that cannot be told."""
    try:
        if kind == PICTURE:
            return pictures.decode(data, max_megapixels=terms.megapixels)
        return sounds.decode(data, max_minutes=terms.minutes)
    except MediaUnreadable as refusal:
        return refusal.reason


def _answer(wire: socket.socket, found: Image | Sound | str) -> None:
    if isinstance(found, str):
        wire.sendall(ANSWER.pack(REFUSAL, 0, 0, len(found)) + found.encode())
    elif isinstance(found, Sound):
        samples = found.samples.tobytes()
        wire.sendall(ANSWER.pack(SOUND, found.rate, 1, len(samples)))
        wire.sendall(samples)
    else:
        _show(wire, found)


def _show(wire: socket.socket, picture: Image) -> None:
    wide, high = picture.size
    wire.sendall(ANSWER.pack(PICTURE, wide, high, 3 * wide * high))
    for strip in strips(picture):
        wire.sendall(strip)


if __name__ == "__main__":
    with suppress(Gone):
        main()
