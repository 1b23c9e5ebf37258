"""The README's picture of the web chat: a real conversation with the embedded models.

``python -m tests.browser.screenshot [FILE]``; it takes about a minute.
"""

from __future__ import annotations

import asyncio
import io
import sys
import tempfile
from pathlib import Path

import skimage
from PIL import Image
from playwright.async_api import expect

from tests.browser.chat_page import ChatPage, Upload
from tests.browser.chromium import launched, spoken_into
from tests.browser.site import Site
from tests.browser.watch import Watch
from tests.pictures import menu
from tests.sounds import voice

FILE = Path(__file__).parents[2] / "bot" / "web" / "screenshot.png"
WINDOW = {"width": 900, "height": 700}
ANSWER = 120_000  # milliseconds
COLOURS = 256  # of the picture, which keeps it small


async def main(target: Path) -> None:
    """Converse, then take the picture."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        microphone = spoken_into(home, voice("en-noodles"))
        async with Site(home, PARLEY_PROFILE="embedded") as site, launched(microphone) as browser:
            context = await browser.new_context(viewport=WINDOW, locale="en-GB")
            chat = await ChatPage.of(context, site, Watch(context, site.origin))
            await converse(chat)
            taken = await chat.page.screenshot()
    Image.open(io.BytesIO(taken)).convert("RGB").quantize(COLOURS).save(target, optimize=True)


async def converse(chat: ChatPage) -> None:
    """Ask aloud about two photos, and make the window as high as the conversation."""
    await chat.open()
    coffee = Path(skimage.__file__).parent / "data" / "coffee.png"
    await chat.choose(Upload("menu.jpg", "image/jpeg", menu()), Upload("coffee.png", "image/png", coffee.read_bytes()))
    await chat.button("Record a voice note").click()
    await expect(chat.page.locator("#recorded")).to_have_text("0:02")
    await chat.send()
    await expect(chat.turns).to_have_count(1)
    await expect(chat.last).to_have_attribute("data-state", "done", timeout=ANSWER)
    more = await chat.page.locator("#scroller").evaluate("(node) => node.scrollHeight - node.clientHeight")
    await chat.page.set_viewport_size(WINDOW | {"height": WINDOW["height"] + more})


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]) if len(sys.argv) > 1 else FILE))
