"""What the packets of a video tell without decoding any: when it begins and ends, and where its key frames are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

__all__ = ["Timeline"]

_PACKETS = 400_000
_TOGETHER = 0.1  # seconds: tracks that begin so near to one another begin together
_WIDE = 1.25  # times their even share that scenes may be apart, as key frames never come quite evenly


@dataclass(slots=True)
class Timeline:
    """Times are in seconds of the container's own clock, which need not begin at 0."""

    seen: float | None = None  # its first picture
    heard: float | None = None  # its first sound
    end: float = 0.0
    keys: list[float] = field(default_factory=list)

    @classmethod
    def of(cls, packets: Iterable[Any]) -> Timeline:
        """Of the packets of one track of pictures, one of sound, or both. Raises what PyAV raises."""
        found = cls()
        for number, packet in enumerate(packets):
            if packet.pts is not None and packet.time_base is not None and not packet.is_discard:
                found._add(packet, float(packet.pts * packet.time_base))
            if number >= _PACKETS:
                break
        return found

    def _add(self, packet: Any, at: float) -> None:
        end = at + float((packet.duration or 0) * packet.time_base)
        self.end = end if self.seen is self.heard is None else max(self.end, end)
        if packet.stream.type == "audio":
            self.heard = at if self.heard is None else min(self.heard, at)
            return
        self.seen = at if self.seen is None else min(self.seen, at)
        if packet.is_keyframe:
            self.keys.append(at)

    @property
    def began(self) -> float:
        """When the first picture or sound comes."""
        if self.seen is None or self.heard is None:
            return next((at for at in (self.seen, self.heard) if at is not None), 0.0)
        return self.heard if self.heard < self.seen - _TOGETHER else self.seen

    @property
    def silence(self) -> float:
        """Seconds of pictures before the first sound."""
        if self.seen is None or self.heard is None or self.heard - self.seen < _TOGETHER:
            return 0.0
        return self.heard - self.seen

    @property
    def seconds(self) -> float:
        return max(self.end - self.began, 0.0)

    def is_shown_by_keys(self, scenes: int, most: float) -> bool:
        """Whether key frames alone show so many scenes of the first ``most`` seconds, none of them long apart."""
        length = min(self.seconds, most)
        keys = sorted(at - self.began for at in self.keys if at - self.began <= most)
        widest = max((after - before for before, after in pairwise([0.0, *keys, length])), default=length)
        return len(keys) >= scenes and widest <= _WIDE * length / scenes
