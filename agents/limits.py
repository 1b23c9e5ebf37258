"""The bounds of one turn."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Limits"]

_BYTES_A_PIXEL = 16  # RGB takes 4 in Pillow, and so does what it was made of; transparency takes both at once and more
_BYTES_A_SECOND = 16_000 * 4 * 3  # float32 at 16 kHz: the pieces, all of them in one, and room
_BYTES_ANYWAY = 160 << 20  # decoders' own tables, buffers and threads


@dataclass(frozen=True, slots=True)
class Limits:
    """Times in seconds. ``max_reply`` is in characters; ``parts_at_once`` media parts of a turn are held decoded.

    ``decode_deadline``: what one photo or recording may take to be decoded, in time and in CPU time. The largest photo
    a phone takes needs below 1 s, a quarter of an hour of sound below 3 s on one core.

    ``per_second_of_sound``: what a recording adds to ``sense_deadline`` for each of its seconds. Whisper base takes
    0.14 s for one on two cores of its own.

    ``mood_grace``: how long the end of a turn, whose answer stands, waits for the moods that are still being told.
    """

    sense_deadline: float = 60.0
    per_second_of_sound: float = 0.5
    decode_deadline: float = 20.0
    answer_deadline: float = 120.0
    max_megapixels: float = 50.0
    max_minutes: float = 15.0
    max_reply: int = 6_000
    parts_at_once: int = 5  # a recording and four photos are perceived side by side
    mood_grace: float = 0.2

    @property
    def longest_listening(self) -> float:
        """The deadline for the longest recording."""
        return self.listening(60 * self.max_minutes)

    @property
    def decode_memory(self) -> int:
        """Bytes that decoding the largest photo or the longest recording may take, beside the file itself."""
        picture = _BYTES_A_PIXEL * 1_000_000 * self.max_megapixels
        sound = _BYTES_A_SECOND * 60 * self.max_minutes
        return _BYTES_ANYWAY + int(max(picture, sound))

    def listening(self, seconds: float) -> float:
        """The deadline for a recording of this length."""
        return self.sense_deadline + self.per_second_of_sound * seconds
