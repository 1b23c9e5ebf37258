"""Albums: separate messages with one ``media_group_id``, and no sign of which is the last."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from itertools import count
from typing import Any, Unpack

from tests.emulator.media import MediaSpeaker, captioned
from tests.emulator.messages import Posted
from tests.emulator.speaking import Place

__all__ = ["AlbumSpeaker"]

_numbers = count(13_000_000_000_000_001)


class AlbumSpeaker(MediaSpeaker):
    async def album(
        self, photos: Sequence[bytes] = (), *, videos: Sequence[bytes] = (), documents: Sequence[bytes] = (),
        caption: str | None = None, captions: Sequence[str | None] = (), pause: float = 0.0, **place: Unpack[Place],
    ) -> list[Posted]:  # fmt: skip
        """Up to ten photos and videos, or documents, ``pause`` seconds apart. ``caption`` is the first one's;
        ``captions`` are each one's. ``album=`` gives its id, so that a later call sends what comes late.
        """
        contents = [self.photo_content(data) for data in photos]
        contents += [self.video_content(data) for data in videos]
        contents += [self.document_content(d, name=f"{n}.bin") for n, d in enumerate(documents, 1)]
        told: list[str | None] = [*captions] or [caption]
        told += [None] * (len(contents) - len(told))
        place["album"] = place.get("album") or str(next(_numbers))
        return [await self._later(pause * bool(n), content, told[n], place) for n, content in enumerate(contents)]

    async def _later(self, pause: float, content: dict[str, Any], caption: str | None, place: Place) -> Posted:
        if pause:
            await asyncio.sleep(pause)
        return await self.send(captioned(content, caption), **place)
