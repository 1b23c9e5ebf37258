"""A picture goes into a message within its bound, whole and in its own proportions."""

from __future__ import annotations

from base64 import b64decode
from io import BytesIO

import pytest
from PIL import Image

from agents.models.picture_urls import picture_url


def opened(url: str) -> Image.Image:
    kind, _, data = url.partition(",")
    assert kind == "data:image/jpeg;base64"
    return Image.open(BytesIO(b64decode(data)))


@pytest.mark.parametrize(
    ("size", "sent"),
    [((3000, 1500), (300, 150)), ((1500, 3000), (150, 300)), ((200, 100), (200, 100)), ((9000, 1), (300, 1))],
)
def test_it_is_scaled_to_its_bound_and_never_up(size: tuple[int, int], sent: tuple[int, int]) -> None:
    assert opened(picture_url(Image.new("RGB", size), 300)).size == sent


@pytest.mark.parametrize("mode", ["L", "RGBA", "P", "CMYK"])
def test_it_is_rgb_whatever_it_was(mode: str) -> None:
    assert opened(picture_url(Image.new(mode, (10, 10)), 300)).mode == "RGB"


def test_what_it_shows_is_still_there() -> None:
    picture = Image.new("RGB", (1000, 1000), "red")
    picture.paste("blue", (500, 0, 1000, 1000))
    sent = opened(picture_url(picture, 100)).convert("RGB")
    assert sent.getpixel((10, 50))[0] > 240  # type: ignore[index]
    assert sent.getpixel((90, 50))[2] > 240  # type: ignore[index]


def test_the_picture_itself_stays_as_it_is() -> None:
    picture = Image.new("RGB", (1000, 500))
    picture_url(picture, 100)
    assert picture.size == (1000, 500)
