"""What a child found on its way to its parent: written on one side, and read on the other as what nobody trusts."""

from __future__ import annotations

import math
import socket
from functools import partial
from typing import TYPE_CHECKING

from agents.decoded import DocumentText, Footage, Frame, Sound
from agents.decoding.pixels import assembled, strips
from agents.decoding.wire import (
    ANSWER,
    DOCUMENT,
    FOOTAGE,
    FRAME,
    PICTURE,
    REFUSAL,
    SOUND,
    VIDEO,
    WRITTEN,
    Gone,
    fill,
    take,
)
from agents.errors import MediaUnreadable
from agents.limits import Limits
from agents.values import Span

if TYPE_CHECKING:
    from PIL.Image import Image

    from agents.decoded import Decoded

__all__ = ["Reading", "tell"]

_LONGEST_REASON = 32
_LONGEST_CHARACTER = 4  # bytes, in UTF-8
_FRAME_PIXELS = 1_000_000


def tell(wire: socket.socket, found: Decoded | str) -> None:
    """Send what was found, or the reason why nothing was."""
    match found:
        case str():
            wire.sendall(ANSWER.pack(REFUSAL, 0, 0, len(found)) + found.encode())
        case Sound():
            _play(wire, found)
        case DocumentText():
            text = WRITTEN.pack(found.cut, found.blank) + found.text.encode("utf-8", "replace")
            wire.sendall(ANSWER.pack(DOCUMENT, found.pages, found.read, len(text)) + text)
        case Footage():
            wire.sendall(ANSWER.pack(VIDEO, len(found.frames), 0, 0) + FOOTAGE.pack(found.seconds, found.read))
            for frame in found.frames:
                wire.sendall(FRAME.pack(*frame.picture.size, frame.span.start, frame.span.end))
                _show(wire, frame.picture)
            _play(wire, found.sound)
        case picture:
            wide, high = picture.size
            wire.sendall(ANSWER.pack(PICTURE, wide, high, 3 * wide * high))
            _show(wire, picture)


def _show(wire: socket.socket, picture: Image) -> None:
    for strip in strips(picture):
        wire.sendall(strip)


def _play(wire: socket.socket, sound: Sound | None) -> None:
    samples = sound.samples.tobytes() if sound else b""
    wire.sendall(ANSWER.pack(SOUND, sound.rate if sound else 0, sound is not None, len(samples)))
    wire.sendall(samples)


class Reading:
    """Reads answers within limits: a decoder that was taken over can say anything."""

    def __init__(self, wire: socket.socket, limits: Limits) -> None:
        self._wire = wire
        self._limits = limits

    def found(self, asked: bytes, frames: int) -> Decoded:
        """The answer to an order. Raises MediaUnreadable, and Gone or OSError when it is nonsense or there is none."""
        kind, first, second, length = self._answer()
        if kind == REFUSAL and length <= _LONGEST_REASON:
            raise MediaUnreadable(take(self._wire, length).decode("ascii", "replace"))
        if kind != asked:
            raise Gone
        if kind == PICTURE:
            return self._picture(first, second, self._limits.max_megapixels * 1_000_000)
        if kind == VIDEO and first <= frames:
            return self._footage(first)
        if kind == DOCUMENT and WRITTEN.size <= length <= _LONGEST_CHARACTER * self._limits.max_document + WRITTEN.size:
            return self._document(first, second, length)
        if kind == SOUND and second:
            return self._sound(first, length)
        raise Gone

    def _answer(self) -> tuple[bytes, int, int, int]:
        kind, first, second, length = ANSWER.unpack(take(self._wire, ANSWER.size))
        return kind, first, second, length

    def _picture(self, wide: int, high: int, most: float) -> Image:
        if not 0 < wide * high <= most:
            raise Gone
        return assembled(wide, high, partial(fill, self._wire))

    def _sound(self, rate: int, length: int) -> Sound:
        import numpy as np

        if length % 4 or length > self._limits.decode_memory:
            raise Gone
        return Sound(np.frombuffer(take(self._wire, length), np.float32), rate)

    def _footage(self, frames: int) -> Footage:
        seconds, read = FOOTAGE.unpack(take(self._wire, FOOTAGE.size))
        seen = tuple(self._frame() for _ in range(frames))
        kind, rate, heard, length = self._answer()
        if kind != SOUND or not (math.isfinite(seconds) and 0 <= read <= seconds):
            raise Gone
        sound = self._sound(rate, length)
        return Footage(seen, sound if heard else None, seconds, read)

    def _frame(self) -> Frame:
        wide, high, start, end = FRAME.unpack(take(self._wire, FRAME.size))
        if not (0 <= start <= end < math.inf):
            raise Gone
        return Frame(self._picture(wide, high, _FRAME_PIXELS), Span(start, end))

    def _document(self, pages: int, read: int, length: int) -> DocumentText:
        cut, blank = WRITTEN.unpack(take(self._wire, WRITTEN.size))
        text = take(self._wire, length - WRITTEN.size).decode("utf-8", "replace")
        return DocumentText(text, pages, read, cut=cut, blank=blank)
