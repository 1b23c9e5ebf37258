"""Files that were right once: what transmission, bad disks and people with time do to them."""

from __future__ import annotations

from functools import cache
from typing import Any

from hypothesis import strategies as st

from tests.data.making.muxed import contained, film
from tests.data.making.odd_pictures import encoded, scene
from tests.pdfs import pdf
from tests.sounds import CONTAINERS, voice
from tests.videos import clip
from tests.videos import scene as drawn

__all__ = ["SEEDS", "mutated"]

_WHOLE = 10_000  # positions are told in ten-thousandths of the file, so that they mean something for every file
SEEDS = (
    *(f"photo/{kind}" for kind in ("JPEG", "MPO", "PNG", "WEBP", "GIF", "BMP", "HEIF", "AVIF")),
    *(f"voice/{media_type}" for media_type in CONTAINERS),
    "voice/film",
    *(f"video/{container}" for container in ("mp4", "webm", "mov")),
    *(f"document/{kind}" for kind in ("pdf", "gb18030", "utf-16")),
)


@cache
def _seed(name: str) -> bytes:
    sort, _, kind = name.partition("/")
    if sort == "photo":
        frames = {"save_all": True, "append_images": [scene()]} if kind in {"GIF", "WEBP", "PNG", "MPO", "AVIF"} else {}
        return encoded(scene(), kind, **frames)
    if sort == "video":
        return clip([drawn(1), drawn(2)], 0.5, container=kind, said=voice("en-name"))
    if sort == "document":
        return pdf(["Menu (of the day)", "Noodles 28"]) if kind == "pdf" else "今天的会议\n改到下午".encode(kind)
    return film(sound=True) if kind == "film" else contained(kind, 0.25)


def _place() -> st.SearchStrategy[int]:
    """Anywhere, and more often in the first bytes, where what a file is stands written."""
    return st.one_of(st.integers(0, 300), st.integers(0, _WHOLE))


_EXTREMES = [b"\xff\xff\xff\xff", bytes(4), b"\x7f\xff\xff\xff", b"\x80\0\0\0"]
_CHANGES = st.one_of(
    st.tuples(st.just("flip"), _place(), st.integers(1, 255)),
    st.tuples(st.just("extreme"), _place(), st.sampled_from(_EXTREMES)),
    st.tuples(st.just("cut"), _place(), st.integers(1, 2_000)),
    st.tuples(st.just("insert"), _place(), st.binary(min_size=1, max_size=40)),
    st.tuples(st.just("splice"), _place(), st.sampled_from(SEEDS)),
    st.tuples(st.just("end"), _place(), st.just(0)),
)


def mutated(name: str) -> st.SearchStrategy[bytes]:
    """The seed file after up to six changes."""
    return st.lists(_CHANGES, min_size=1, max_size=6).map(lambda changes: _changed(_seed(name), changes))


def _changed(data: bytes, changes: list[tuple[str, int, Any]]) -> bytes:
    for kind, place, how in changes:
        at = place if place <= 300 else len(data) * place // _WHOLE
        before, after = data[:at], data[at:]
        if kind == "flip":
            data = before + bytes([after[0] ^ how]) + after[1:] if after else data
        elif kind == "extreme":
            data = before + how + after[len(how) :]
        elif kind == "cut":
            data = before + after[how:]
        elif kind == "insert":
            data = before + how + after
        elif kind == "splice":
            data = before + _seed(how)[at:]
        else:
            data = before
    return data
