"""Videos from strangers, decoded safely: a frame a scene and the sound, bounded in time, pixels and memory."""

from __future__ import annotations

import io
import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from agents import sounds
from agents.decoded import Footage, Frame
from agents.errors import MediaUnreadable
from agents.scenes import SHADE, Scenes

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
_PACKETS = 200_000
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
    """``seconds`` it goes on for; ``reached``: how far it was looked at; ``ended``: nothing kept us from its end."""

    data: bytes
    most: float
    until: float
    seconds: float = 0.0
    reached: float = 0.0
    ended: bool = True

    def footage(self, frames: int) -> Footage:
        found = self._frames(frames)
        sound = None if frames == 1 else sounds.beginning(self.data, self.most)
        if not found and sound is None:
            raise MediaUnreadable(sounds.broken(self.data, "not-video"))
        if sound and self.ended:
            self.reached = max(self.reached, sound.seconds)
        return Footage(found, sound, max(self.seconds, self.reached), self.reached)

    def _frames(self, most: int) -> tuple[Frame, ...]:
        scenes: Scenes | None = None
        began, due = 0.0, -math.inf
        for at, frame in self._decoded(most):
            if scenes is None:
                began, scenes = at, Scenes(most, min(self.seconds, self.most) or _SHORTEST)
            at -= began
            if at > self.most or time.process_time() > self.until:
                self.ended, self.reached = False, min(at, self.most)
                break
            if at >= due:
                due = at + max(_SHORTEST, min(self.seconds, self.most) / _LOOKED_AT)
                scenes.add(at, _shade(frame), lambda frame=frame: _picture(frame))  # type: ignore[misc]
            if most == 1:
                break
        if self.ended:
            self.reached = min(self.seconds, self.most)
        return scenes.frames(self.reached) if scenes else ()

    def _decoded(self, most: int) -> Iterator[tuple[float, Any]]:
        """Frames with their times in seconds: of a video with enough of them key frames alone, which are cheap."""
        import av

        try:
            keys = self._keys() if most > 1 else 0
            with _opened(self.data) as container:
                track = _track(container)
                if track is None:
                    return
                track.codec_context.thread_count = 1
                track.codec_context.skip_frame = "DEFAULT" if most == 1 else "NONKEY" if keys >= most else "NONREF"
                yield from _timed(container, track)
        except (av.FFmpegError, av.codec.codec.UnknownCodecError, ValueError):
            return

    def _keys(self) -> int:
        """How many key frames there are, without decoding any; notes how long the video is."""
        keys = packets = 0
        with _opened(self.data) as container:
            track = _track(container)
            for packet in container.demux(track) if track is not None else ():
                keys += packet.is_keyframe
                packets += 1
                self.seconds = max(self.seconds, _end(packet))
                if packets >= _PACKETS:
                    break
        return keys


def _end(packet: Any) -> float:
    """Seconds from the beginning to the end of what is in the packet, 0 where it does not tell."""
    if packet.pts is None or packet.time_base is None:
        return 0.0
    return float((packet.pts + (packet.duration or 0)) * packet.time_base)


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
