"""Media shown back: with ranges, by what they are rather than by what was said of them, and made anew where need be."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image

from bot.web.kinds import accepted, true_type
from tests.agents.house import photo, voice
from tests.bot.web.refusals import refusal
from tests.bot.web.site import Browser, Site

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def shown(browser: Browser, kind: str, data: bytes, media_type: str, **headers: str) -> Any:
    """The answer to a request for a medium that was posted."""
    response = await browser.post(None, (kind, data, media_type))
    assert response.status_code == 202
    return await browser.client.get(response.json()["parts"][0]["url"], headers=headers)


def picture(form: str, mode: str = "RGB", size: tuple[int, int] = (32, 24)) -> bytes:
    file = io.BytesIO()
    Image.new(mode, size, 1 if mode == "I;16" else "white").save(file, form)
    return file.getvalue()


@pytest.mark.parametrize(
    ("form", "media_type"), [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp"), ("GIF", "image/gif")]
)
async def test_photos_that_browsers_know_are_shown_as_they_are(ada: Browser, form: str, media_type: str) -> None:
    data = picture(form)
    for declared in (media_type, "image/heic", ""):
        response = await shown(ada, "photo", data, declared)
        assert (response.status_code, response.headers["content-type"]) == (200, media_type)
        assert response.content == data
        assert response.headers["content-disposition"] == "inline"


async def test_a_recording_is_played_piece_by_piece(ada: Browser) -> None:
    data = voice(seconds=1.0).data
    response = await shown(ada, "voice", data, "audio/wav", Range="bytes=100-199")
    assert (response.status_code, response.content) == (206, data[100:200])
    assert response.headers["content-range"] == f"bytes 100-199/{len(data)}"
    response = await shown(ada, "voice", data, "audio/wav", Range=f"bytes={len(data)}-")
    assert response.status_code == 416


async def test_a_photo_in_another_format_is_shown_as_a_jpeg(ada: Browser) -> None:
    response = await shown(ada, "photo", picture("BMP", size=(3000, 1500)), "image/bmp")
    assert (response.status_code, response.headers["content-type"]) == (200, "image/jpeg")
    with Image.open(io.BytesIO(response.content)) as made:
        assert made.size == (1600, 800)


@pytest.mark.parametrize(
    "data", [b"<html><script>alert(1)</script>", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"%PDF-1.7", b"x"]
)
async def test_what_is_no_photo_is_never_shown_but_kept_as_a_file(ada: Browser, data: bytes) -> None:
    response = await shown(ada, "photo", data, "image/svg+xml")
    assert (response.status_code, response.headers["content-type"]) == (200, "application/octet-stream")
    assert response.headers["content-disposition"] == "attachment"
    assert response.headers["content-security-policy"] == "sandbox; default-src 'none'"


async def test_a_photo_among_recordings_is_no_sound(ada: Browser) -> None:
    response = await shown(ada, "voice", photo().data, "audio/ogg")
    assert response.headers["content-type"] == "application/octet-stream"


async def test_media_are_shown_while_their_turn_still_waits(site: Site, ada: Browser) -> None:
    site.llm.chat.seconds = 5
    key = await ada.said("first")
    response = await shown(ada, "photo", picture("PNG", size=(7, 7)), "image/png")
    assert response.status_code == 200
    await ada.command("/api/stop", key)


async def test_media_whose_file_is_lost_are_not_found(site: Site, ada: Browser) -> None:
    response = await ada.post(None, ("photo", picture("PNG", size=(9, 9)), "image/png"))
    url = response.json()["parts"][0]["url"]
    site.kept.media.path(url.removeprefix("/media/")).unlink()
    refusal(await ada.client.get(url), 404, "not-found")


@pytest.mark.parametrize(
    ("kind", "beginning", "media_type"),
    [
        ("voice", b"OggS\x00\x02", "audio/ogg"),
        ("voice", b"ID3\x04", "audio/mpeg"),
        ("voice", b"\xff\xfb\x90\x64", "audio/mpeg"),
        ("voice", b"\x00\x00\x00\x1cftypM4A ", "audio/mp4"),
        ("voice", b"RIFF\x24\x00\x00\x00WAVEfmt ", "audio/wav"),
        ("voice", b"fLaC\x00", "audio/flac"),
        ("voice", b"\x1aE\xdf\xa3\x9fB\x86\x81", "audio/webm"),
        ("photo", b"OggS\x00\x02", None),
        ("photo", b"\x00\x00\x00\x18ftypheic", None),
        ("photo", b"RIFF\x24\x00\x00\x00WEBPVP8 ", "image/webp"),
        ("photo", b"", None),
    ],
)
async def test_content_tells_its_own_type(kind: str, beginning: bytes, media_type: str | None) -> None:
    assert true_type(kind, beginning[:16]) == media_type


async def test_what_browsers_call_the_same_is_the_same() -> None:
    assert accepted("voice", "video/webm;codecs=opus") == "audio/webm"
    assert accepted("voice", "audio/x-m4a") == "audio/mp4"
    assert accepted("photo", "Image/JPG") == "image/jpeg"
