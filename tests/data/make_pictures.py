"""Draws the Chinese pictures of tests/data/pictures, which need a font that tests do not ask for.

Run by hand, only when a text changes: ``apt-get install fonts-noto-cjk``, then
``python -m tests.data.make_pictures`` from the top of the checkout.
"""

from __future__ import annotations

from PIL import Image, ImageFont

from tests.pictures import CHINESE_MENU, CHINESE_SIGNS, COMMITTED, draw_menu, draw_sign

FONT = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"
SIMPLIFIED = 2  # the face within the collection


def save(picture: Image.Image, name: str) -> None:
    """A small PNG: sixteen colours are enough for letters."""
    picture.quantize(16).save(COMMITTED / name, optimize=True)


def main() -> None:
    """Draw every committed picture anew."""
    COMMITTED.mkdir(exist_ok=True)
    save(draw_menu(CHINESE_MENU, ImageFont.truetype(FONT, 44, index=SIMPLIFIED)), "menu.png")
    for text, name in CHINESE_SIGNS.items():
        save(draw_sign(text, ImageFont.truetype(FONT, 96, index=SIMPLIFIED)), name)


if __name__ == "__main__":
    main()
