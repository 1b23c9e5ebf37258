"""Pictures of text for tests: signs and menus as PNG or JPEG bytes.

What Pillow's built-in font can write is drawn when asked for. Chinese is not in it, so Chinese pictures are committed
in ``tests/data/pictures`` (drawn by ``tests/data/make_pictures.py``): ``CHINESE_MENU`` and ``CHINESE_SIGNS`` are what
can be had.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

__all__ = ["CHINESE_MENU", "CHINESE_SIGNS", "MENU", "draw_menu", "draw_sign", "encode", "menu", "sign"]

Line = tuple[str, str]
MENU: tuple[Line, ...] = (("Beef noodles", "28"), ("Fried rice", "22"), ("Dumplings", "25"), ("Green tea", "8"))
CHINESE_MENU: tuple[Line, ...] = (("牛肉面", "28元"), ("蛋炒饭", "22元"), ("饺子", "25元"), ("绿茶", "8元"))
CHINESE_SIGNS = {"安全出口": "sign-exit.png", "禁止停车": "sign-no-parking.png", "今日特价八折": "sign-sale.png"}
COMMITTED = Path(__file__).parent / "data" / "pictures"

Font = ImageFont.FreeTypeFont


def menu(lines: Sequence[Line] = MENU, *, media_type: str = "image/jpeg") -> bytes:
    """A menu: each dish at the left, its price at the right edge of the same row. Chinese: CHINESE_MENU."""
    if _latin("".join(map("".join, lines))):
        return encode(draw_menu(lines, _font(44)), media_type)
    if tuple(lines) != CHINESE_MENU:
        raise ValueError("of Chinese menus only CHINESE_MENU is committed; see tests/data/make_pictures.py")
    return _committed("menu.png", media_type)


def sign(text: str = "SALE 50%", *, media_type: str = "image/jpeg") -> bytes:
    """A sign with white letters on a red board; ``text`` may hold several lines. Chinese: one of CHINESE_SIGNS."""
    if _latin(text):
        return encode(draw_sign(text, _font(96)), media_type)
    if text not in CHINESE_SIGNS:
        raise ValueError("of Chinese signs only CHINESE_SIGNS are committed; see tests/data/make_pictures.py")
    return _committed(CHINESE_SIGNS[text], media_type)


def draw_menu(lines: Sequence[Line], font: Font) -> Image.Image:
    """The menu with a font that can write it."""
    height = int(font.size * 2)
    picture = Image.new("RGB", (760, height * len(lines) + 80), "#fdf6e3")
    pen = ImageDraw.Draw(picture)
    for row, (dish, price) in enumerate(lines):
        top = 40 + row * height
        pen.text((50, top), dish, fill="#222222", font=font)
        pen.text((710, top), price, fill="#222222", font=font, anchor="ra")
    return picture


def draw_sign(text: str, font: Font) -> Image.Image:
    """The sign with a font that can write it."""
    probe = ImageDraw.Draw(Image.new("RGB", (1, 1)))
    left, top, right, bottom = probe.multiline_textbbox((0, 0), text, font=font)
    picture = Image.new("RGB", (int(right - left) + 240, int(bottom - top) + 220), "#b7c4c9")
    pen = ImageDraw.Draw(picture)
    pen.rounded_rectangle((40, 40, picture.width - 40, picture.height - 40), 24, fill="#b3202a")
    pen.multiline_text((120 - left, 110 - top), text, fill="white", font=font, align="center")
    return picture


def encode(picture: Image.Image, media_type: str = "image/jpeg") -> bytes:
    """The picture as the bytes of a JPEG or PNG file."""
    stream = io.BytesIO()
    picture.save(stream, {"image/jpeg": "JPEG", "image/png": "PNG"}[media_type], quality=90)
    return stream.getvalue()


def _font(size: int) -> Font:
    font = ImageFont.load_default(size)
    assert isinstance(font, Font), "this Pillow was built without FreeType"
    return font


def _latin(text: str) -> bool:
    return all(ord(letter) < 0x250 for letter in text)


def _committed(name: str, media_type: str) -> bytes:
    with Image.open(COMMITTED / name) as picture:
        return encode(picture.convert("RGB"), media_type)
