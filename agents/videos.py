"""Videos from strangers, decoded safely: a frame a scene and the sound, bounded in time, pixels and memory."""

from __future__ import annotations

import io
import math
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from agents import sounds
from agents.decoded import Footage, Frame
from agents.errors import MediaUnreadable
from agents.scenes import SHADE, Scenes
from agents.timeline import Timeline

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image

__all__ = ["MEGAPIXEL", "decode", "prepare"]

MEGAPIXEL = 1_000_000  # pixels of a frame as it is handed on
# FFmpeg's demuxers and decoders that may run: what phones, browsers and messengers write.
_CONTAINERS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm"
_CODECS = frozenset(("h264", "hevc", "vp8", "libvpx", "vp9", "libvpx-vp9", "av1", "libdav1d", "mpeg4", "h263"))
_LARGEST = 9_500_000  # pixels of a frame as it is stored, 4096x2304: decoders hold some twenty of them
_SHORTEST = 0.25  # seconds between two frames that are looked at, more in long videos
_LOOKED_AT = 240  # frames
_UPRIGHT = {90: "ROTATE_90", -90: "ROTATE_270", 270: "ROTATE_270", 180: "ROTATE_180", -180: "ROTATE_180"}


def prepare() -> None:
    """Load everything that decoding may need, for a process that cannot open files afterwards."""
    import av

    stream = io.BytesIO()
    with av.open(stream, "w", format="mp4") as target:
        track: Any = target.add_stream("mpeg4", rate=5)
        track.width, track.height, track.pix_fmt = 64, 48, "yuv420p"
        for number in range(3):
            frame = av.VideoFrame(64, 48, "yuv420p")
            frame.pts = number
            target.mux(track.encode(frame))
        target.mux(track.encode(None))
    decode(stream.getvalue(), frames=2, minutes=1, patience=10)


def decode(data: bytes, *, frames: int, minutes: float, patience: float) -> Footage:
    """At most ``frames`` of the first ``minutes`` of a video, each of another scene, and its sound.

    Looking for scenes ends after ``patience`` seconds of CPU time with those found until then. One frame alone is the
    first, without the sound. What cannot be decoded is left out; raises MediaUnreadable where nothing is left:
    ``empty``, ``not-video``, ``truncated``, ``too-large`` (frames of more than 4096x2304 pixels) or ``too-costly``.
    """
    if not data:
        raise MediaUnreadable("empty")
    try:
        return _Video(data, 60 * minutes, time.process_time() + patience).footage(frames)
    except MemoryError as exc:
        raise MediaUnreadable("too-costly") from exc


@dataclass(slots=True)
class _Video:
    """``reached``: how many seconds of it were looked at; ``ended``: nothing kept us from its end."""

    data: bytes
    most: float
    until: float
    line: Timeline = field(default_factory=Timeline)
    reached: float = 0.0
    ended: bool = True

    def footage(self, frames: int) -> Footage:
        found = self._frames(frames)
        sound = None if frames == 1 else sounds.beginning(self.data, self.most, self.line.silence)
        if not found and sound is None:
            raise MediaUnreadable(sounds.broken(self.data, "not-video"))
        if sound and self.ended:
            self.reached = max(self.reached, sound.seconds)
        return Footage(found, sound, max(self.line.seconds, self.reached), self.reached)

    def _frames(self, most: int) -> tuple[Frame, ...]:
        self._survey()
        length = min(self.line.seconds, self.most)
        scenes = Scenes(most, length or _SHORTEST)
        due = -math.inf
        for at, frame in self._decoded(most):
            if at > self.most or time.process_time() > self.until:
                self.ended, self.reached = False, min(at, self.most)
                break
            if at >= due:
                due = at + max(_SHORTEST, length / _LOOKED_AT)
                scenes.add(at, _shade(frame), lambda frame=frame: _picture(frame))  # type: ignore[misc]
            if most == 1:
                break
        if self.ended:
            self.reached = length
        return scenes.frames(self.reached)

    def _decoded(self, most: int) -> Iterator[tuple[float, Any]]:
        """Frames with their seconds from the beginning: key frames alone, which are cheap, where they show enough."""
        import av

        keys = most > 1 and self.line.is_shown_by_keys(most, self.most)
        try:
            with _opened(self.data) as container:
                track = _track(container)
                if track is None:
                    return
                track.codec_context.thread_count = 1
                track.codec_context.skip_frame = "DEFAULT" if most == 1 else "NONKEY" if keys else "NONREF"
                for at, frame in _timed(container, track):
                    yield max(at - self.line.began, 0.0), frame
        except (av.FFmpegError, av.codec.codec.UnknownCodecError, ValueError):
            return

    def _survey(self) -> None:
        import av

        try:
            with _opened(self.data) as container:
                tracks = [_track(container), next(iter(container.streams.audio), None)]
                if any(tracks):
                    self.line = Timeline.of(container.demux([track for track in tracks if track]))
        except (av.FFmpegError, av.codec.codec.UnknownCodecError, ValueError):
            return


def _opened(data: bytes) -> Any:
    import av

    options = {
        "format_whitelist": _CONTAINERS,
        "codec_whitelist": ",".join(sorted(_CODECS | sounds.CODECS)),
        "protocol_whitelist": "",
    }
    return av.open(io.BytesIO(data), options=options, metadata_errors="replace")


def _track(container: Any) -> Any:
    track = next(iter(container.streams.video), None)
    if track is None or track.codec_context is None or track.codec_context.name not in _CODECS:
        return None
    _bound(track.codec_context.width, track.codec_context.height)
    return track


def _timed(container: Any, track: Any) -> Iterator[tuple[float, Any]]:
    import av

    at = 0.0
    for packet in container.demux(track):
        try:
            frames = packet.decode()
        except av.error.InvalidDataError:
            continue
        for frame in frames:
            _bound(frame.width, frame.height)
            at = frame.time if frame.time is not None else at
            yield at, frame


def _bound(width: int, height: int) -> None:
    if width * height > _LARGEST:
        raise MediaUnreadable("too-large")


def _shade(frame: Any) -> NDArray[np.float32]:
    import numpy as np

    grey = frame.reformat(width=SHADE[0], height=SHADE[1], format="gray")
    shade: NDArray[np.float32] = grey.to_ndarray().astype(np.float32)
    return shade


def _picture(frame: Any) -> Image:
    """The frame upright, scaled down to a megapixel."""
    from PIL import Image

    scale = min(1.0, math.sqrt(MEGAPIXEL / (frame.width * frame.height)))
    width, height = (max(1, int(length * scale)) for length in (frame.width, frame.height))
    picture: Image.Image = frame.reformat(width=width, height=height, format="rgb24").to_image()
    turn = _UPRIGHT.get(frame.rotation)
    return picture.transpose(Image.Transpose[turn]) if turn else picture
