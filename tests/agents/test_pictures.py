"""Pictures from strangers become upright RGB, or a refusal with a reason, and never more memory than the limit."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from agents import pictures
from agents.errors import MediaUnreadable

RED, BLUE = (255, 0, 0), (0, 0, 255)


def decode(data: bytes, max_megapixels: float = 10.0) -> Image.Image:
    return pictures.decode(data, max_megapixels=max_megapixels)


def reason(data: bytes, max_megapixels: float = 10.0) -> str:
    with pytest.raises(MediaUnreadable) as refusal:
        decode(data, max_megapixels)
    return refusal.value.reason


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def photo() -> Image.Image:
    return Image.fromarray(np.random.default_rng(0).integers(0, 255, (120, 160, 3), np.uint8))


def near(pixel: object, colour: tuple[int, int, int]) -> bool:
    return bool(np.abs(np.subtract(pixel, colour)).max() < 40)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "BMP"])
def test_every_allowed_format_becomes_rgb(kind):
    picture = decode(encoded(Image.new("RGB", (40, 20), RED), kind))
    assert (picture.mode, picture.size) == ("RGB", (40, 20))
    assert near(picture.getpixel((20, 10)), RED)


@pytest.mark.parametrize("kind", ["TIFF", "PPM", "PDF", "EPS", "ICO"])
def test_other_formats_are_refused(kind):
    assert reason(encoded(Image.new("RGB", (32, 32), RED), kind)) == "not-an-image"


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_taken_sideways_is_turned_upright(orientation):
    upright = Image.new("RGB", (64, 32), BLUE)
    upright.paste(RED, (0, 0, 32, 16))  # the top left corner tells every turn and flip apart
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    taken = upright.transpose(undo[orientation]) if orientation in undo else upright
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture = decode(encoded(taken, "JPEG", exif=exif, quality=95))
    assert picture.size == (64, 32)
    assert near(picture.getpixel((8, 4)), RED)
    assert near(picture.getpixel((56, 28)), BLUE)


def test_an_orientation_that_makes_no_sense_is_ignored():
    exif = Image.Exif()
    exif[0x0112] = 77
    assert decode(encoded(photo(), "JPEG", exif=exif)).size == (160, 120)


def test_transparency_is_laid_on_white():
    picture = decode(encoded(Image.new("RGBA", (10, 10), (255, 0, 0, 0)), "PNG"))
    assert picture.getpixel((5, 5)) == (255, 255, 255)


def test_a_palette_with_a_transparent_colour_is_laid_on_white():
    image = Image.new("P", (10, 10), 1)
    image.putpalette([255, 0, 0, 0, 0, 255])
    image.paste(0, (0, 0, 5, 10))
    picture = decode(encoded(image, "PNG", transparency=0))
    assert picture.getpixel((2, 5)) == (255, 255, 255)
    assert picture.getpixel((8, 5)) == BLUE


def test_sixteen_bits_keep_their_shades():
    ramp = np.linspace(0, 65_535, 256, dtype=np.uint16)[np.newaxis, :].repeat(4, axis=0)
    shades = np.asarray(decode(encoded(Image.fromarray(ramp), "PNG")))[0, :, 0]
    assert shades[0] == 0 and shades[-1] == 255
    assert 120 <= shades[128] <= 136


def test_printing_colours_become_screen_colours():
    picture = decode(encoded(Image.new("RGB", (16, 16), RED).convert("CMYK"), "JPEG", quality=95))
    assert near(picture.getpixel((8, 8)), RED)


@pytest.mark.parametrize("mode", ["1", "L", "LA"])
def test_grey_pictures_become_rgb(mode):
    assert decode(encoded(Image.new(mode, (8, 8)), "PNG")).mode == "RGB"


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_an_animation_is_its_first_frame(kind):
    frames = [Image.new("RGB", (16, 16), RED), Image.new("RGB", (16, 16), BLUE)]
    data = encoded(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)
    assert near(decode(data).getpixel((8, 8)), RED)


def test_an_empty_file_is_called_empty():
    assert reason(b"") == "empty"


@pytest.mark.parametrize("data", [b"not a picture at all", b"%PDF-1.7", b"<svg></svg>", bytes(1_000)])
def test_what_is_no_picture_is_told_so(data):
    assert reason(data) == "not-an-image"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "BMP"])
@pytest.mark.parametrize("share", [0.05, 0.5, 0.95])
def test_a_picture_that_breaks_off_is_called_truncated(kind, share):
    data = encoded(photo(), kind)
    assert reason(data[: max(12, int(len(data) * share))]) == "truncated"


def test_a_large_picture_is_refused_and_one_at_the_limit_taken():
    assert reason(encoded(Image.new("RGB", (1_100, 1_000)), "PNG"), max_megapixels=1.0) == "too-large"
    assert decode(encoded(Image.new("RGB", (1_000, 1_000)), "PNG"), max_megapixels=1.0).size == (1_000, 1_000)


@pytest.mark.parametrize("side", [10_000, 60_000])
def test_a_bomb_is_refused_by_what_it_declares(side):
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0))
    bomb = b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(1_000))) + chunk(b"IEND", b"")
    assert reason(bomb) == "too-large"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "BMP"])
@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow's remarks on damaged EXIF and APNG
def test_random_damage_never_ends_in_anything_but_a_picture_or_a_refusal(kind):
    chance = np.random.default_rng(2)
    exif = Image.Exif()
    exif[0x0112] = 6
    whole = encoded(photo(), kind, **({"exif": exif} if kind in {"JPEG", "PNG", "WEBP"} else {}))
    for _ in range(120):
        data = bytearray(whole[: chance.integers(1, len(whole) + 1)] if chance.random() < 0.5 else whole)
        for place in chance.integers(0, min(len(data), 400), size=4):
            data[place] = chance.integers(0, 256)
        try:
            assert decode(bytes(data)).mode == "RGB"
        except MediaUnreadable as refusal:
            assert refusal.reason in {"truncated", "not-an-image", "too-large"}
