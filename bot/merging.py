"""Several messages that are one turn, as one."""

from __future__ import annotations

from collections.abc import Sequence

from bot.incoming import Incoming, IncomingPart, IncomingText

__all__ = ["merged"]


def merged(said: Sequence[Incoming]) -> Incoming:
    """What was said at once, in the order it was sent; of a message that was edited meanwhile, what it says now.

    It is addressed to us if any of it is, and answers go to the message that is. What one of the messages quotes of
    another is not repeated.
    """
    now = {}
    for incoming in said:
        now[incoming.message or incoming.key] = incoming
    pieces = list(now.values())
    first = next((piece for piece in pieces if piece.addressed), pieces[0])
    return first.model_copy(
        update={
            "parts": _once([part for piece in pieces for part in piece.parts]),
            "key": said[0].key,
            "edited": said[0].edited,
            "addressed": any(p.addressed for p in pieces),
        }
    )


def _once(parts: Sequence[IncomingPart]) -> tuple[IncomingPart, ...]:
    """Without what is quoted twice, or is there itself."""
    own = [part for part in parts if not part.quoted]
    return tuple(
        part
        for place, part in enumerate(parts)
        if not part.quoted or (part not in parts[:place] and not _is_among(own, part))
    )


def _is_among(own: Sequence[IncomingPart], quoted: IncomingPart) -> bool:
    """Whether the quoted message is there itself; a passage that was marked in it tells more than that."""
    there = [part for part in own if quoted.message is not None and part.message == quoted.message]
    return bool(there) and not any(_is_passage(quoted, of) for of in there)


def _is_passage(quoted: IncomingPart, of: IncomingPart) -> bool:
    if not isinstance(quoted, IncomingText) or not isinstance(of, IncomingText):
        return False
    return quoted.text != of.text and quoted.text in of.text
