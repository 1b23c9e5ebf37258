"""Several messages that are one turn, as one."""

from __future__ import annotations

from collections.abc import Sequence

from bot.incoming import Incoming

__all__ = ["merged"]


def merged(said: Sequence[Incoming]) -> Incoming:
    """What was said at once, in the order it was sent; of a message that was edited meanwhile, what it says now.

    It is addressed to us if any of it is, and answers go to the message that is.
    """
    now = {}
    for incoming in said:
        now[incoming.message or incoming.key] = incoming
    pieces = list(now.values())
    first = next((piece for piece in pieces if piece.addressed), pieces[0])
    parts = tuple(part for piece in pieces for part in piece.parts)
    once = tuple(part for place, part in enumerate(parts) if not part.quoted or part not in parts[:place])
    return first.model_copy(
        update={
            "parts": once,
            "key": said[0].key,
            "edited": said[0].edited,
            "addressed": any(p.addressed for p in pieces),
        }
    )
