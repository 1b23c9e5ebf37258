"""The bounds of one turn."""

from __future__ import annotations

from dataclasses import dataclass

from agents.ports import Sound

__all__ = ["Limits"]

_BYTES_A_PIXEL = 16  # RGB takes 4 in Pillow, and so does what it was made of; transparency takes both at once and more
_BYTES_A_SECOND = 16_000 * 4 * 3  # float32 at 16 kHz: the pieces, all of them in one, and room
_LOOKING = 0.4  # the share of the time to decode that looking for more may take
_BYTES_ANYWAY = 160 << 20  # decoders' own tables, buffers and threads


@dataclass(frozen=True, slots=True)
class Limits:
    """Times in seconds. ``max_reply`` and ``max_document`` are in characters; ``frames`` of a video are looked at.

    ``max_reply`` is for models that do not stop: an honest answer ends before, by the model's budget for replies. What
    it costs is bounded elsewhere: in prompts by their budgets, in messages by their pages, in drafts and speech by what
    of it is looked at.

    Of videos and documents that are longer than their limits the beginning is taken in. ``held`` bytes of a turn's
    media are held decoded at once.

    ``decode_deadline``: what one photo or recording may take to be decoded, in time and in CPU time. The largest photo
    a phone takes needs below 1 s, a quarter of an hour of sound below 3 s on one core.

    ``per_second_of_sound``: what a recording adds to ``sense_deadline`` for each of its seconds. Whisper base takes
    0.14 s for one on two cores of its own.

    ``late_grace``: how much longer a turn waits for a model than that model's own deadline, so that the model is the
    first to see that it is late, tells who was, and is counted.

    ``mood_grace``: how long the end of a turn, whose answer stands, waits for the moods that are still being told.
    """

    sense_deadline: float = 60.0
    per_second_of_sound: float = 0.5
    decode_deadline: float = 20.0
    answer_deadline: float = 120.0
    max_megapixels: float = 50.0
    max_minutes: float = 15.0
    max_video_minutes: float = 3.0
    max_document: int = 200_000
    max_reply: int = 60_000
    frames: int = 6
    held: int = 1_000 << 20  # five of the largest photos, or any album as messengers shrink them
    late_grace: float = 0.25
    mood_grace: float = 0.2

    @property
    def largest(self) -> int:
        """Bytes of the largest medium once it is decoded."""
        picture = 4_000_000 * self.max_megapixels
        sound = 4 * 16_000 * 60 * self.max_minutes
        video = 4_000_000 * self.frames + 4 * 16_000 * 60 * self.max_video_minutes
        return int(max(picture, sound, video))

    @property
    def patience(self) -> float:
        """Seconds of CPU time that a video or document is looked through for; what was found until then is taken."""
        return self.decode_deadline * _LOOKING

    @property
    def decode_memory(self) -> int:
        """Bytes that decoding the largest photo or the longest recording may take, beside the file itself."""
        picture = _BYTES_A_PIXEL * 1_000_000 * self.max_megapixels
        sound = _BYTES_A_SECOND * 60 * self.max_minutes
        return _BYTES_ANYWAY + int(max(picture, sound))

    def listening(self, seconds: float) -> float:
        """The deadline for a recording of this length."""
        return self.sense_deadline + self.per_second_of_sound * seconds

    def perceiving(self, item: object) -> float:
        """The deadline for what a sense is given; a recording's grows with its length."""
        return self.listening(item.seconds) if isinstance(item, Sound) else self.sense_deadline
