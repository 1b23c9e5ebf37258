"""The scenes of a video, found frame by frame: never more of them held than wanted, nor more than a picture of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.decoded import Frame
from agents.values import Span

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image

__all__ = ["SHADE", "Scenes"]

SHADE = 32, 18  # pixels of the small grey picture that frames are compared by
_DIFFERENT = 8.0  # of 255, the mean of all pixels: another scene
_CHANGED = 1.5  # something moved: taken when nothing else was for a while
_PLAIN = 4.0  # a standard deviation below which a picture is one colour, as fades begin and end


@dataclass(slots=True)
class _Scene:
    start: float
    end: float
    shade: NDArray[np.float32]
    picture: Image

    def differs(self, shade: NDArray[np.float32]) -> float:
        return float(abs(self.shade - shade).mean())


class Scenes:
    """At most ``most`` scenes of a video of about ``seconds``. Of too many, the two that are most alike become one."""

    def __init__(self, most: int, seconds: float) -> None:
        self._most = most
        self._spread = seconds / most
        self._found: list[_Scene] = []

    def add(self, at: float, shade: NDArray[np.float32], picture: Callable[[], Image]) -> None:
        """A further frame, in order of time; ``picture`` makes it when it begins a scene."""
        if not self._found or self._begins(at, shade):
            self._found.append(_Scene(at, at, shade, picture()))
            if len(self._found) > 1:
                self._found[-2].end = at
            if len(self._found) > self._most:
                self._merge()
        self._found[-1].end = max(at, self._found[-1].end)

    def _begins(self, at: float, shade: NDArray[np.float32]) -> bool:
        last = self._found[-1]
        return last.differs(shade) >= (_CHANGED if at - last.start >= self._spread else _DIFFERENT)

    def _merge(self) -> None:
        pairs = list(zip(self._found, self._found[1:], strict=False))
        place = min(range(len(pairs)), key=lambda i: pairs[i][0].differs(pairs[i][1].shade))
        one, other = pairs[place]
        lasting = other if other.end - other.start > one.end - one.start else one
        self._found[place : place + 2] = [_Scene(one.start, other.end, lasting.shade, lasting.picture)]

    def frames(self, end: float) -> tuple[Frame, ...]:
        """A frame a scene, the last of which lasts to ``end``; those of one colour only where there are no others."""
        for scene in self._found[-1:]:
            scene.end = max(scene.end, end)
        shown = [scene for scene in self._found if float(scene.shade.std()) >= _PLAIN]
        return tuple(Frame(scene.picture, Span(scene.start, scene.end)) for scene in shown or self._found[:1])
