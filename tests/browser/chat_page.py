"""The chat as somebody at the screen uses it."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any

from playwright.async_api import BrowserContext, Locator, Page, expect

from tests.browser.site import Site
from tests.browser.watch import Watch

__all__ = ["ChatPage", "Upload"]

PATIENCE = 20_000  # milliseconds
_TRANSFER = """(files) => {
  const transfer = new DataTransfer();
  for (const { name, type, data } of files) {
    const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
    transfer.items.add(new File([bytes], name, { type }));
  }
  return transfer;
}"""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file on the person's disk."""

    name: str
    media_type: str
    data: bytes

    @property
    def chosen(self) -> Any:
        """As the file chooser takes it."""
        return {"name": self.name, "mimeType": self.media_type, "buffer": self.data}

    @property
    def carried(self) -> dict[str, str]:
        """As the clipboard and the mouse take it."""
        return {"name": self.name, "type": self.media_type, "data": base64.b64encode(self.data).decode()}


class ChatPage:
    """One tab. ``watch`` notes what it must not do."""

    def __init__(self, page: Page, site: Site, watch: Watch) -> None:
        self.page = page
        self.site = site
        self.watch = watch
        self.text = page.get_by_role("textbox", name="Message").or_(page.get_by_role("textbox", name="消息"))
        self.turns = page.locator(".turn")
        self.notice = page.locator("#notice")

    @classmethod
    async def of(cls, context: BrowserContext, site: Site, watch: Watch) -> ChatPage:
        page = await context.new_page()
        page.set_default_timeout(PATIENCE)
        expect.set_options(timeout=PATIENCE)
        return cls(page, site, watch)

    async def open(self, path: str = "/") -> None:
        """Return once the conversation is there."""
        await self.page.goto(f"{self.site.origin}{path}")
        await self.is_live()

    async def is_live(self) -> None:
        await expect(self.page.locator("body")).to_have_attribute("data-link", "live")

    async def say(self, text: str) -> None:
        await self.text.fill(text)
        await self.text.press("Enter")

    async def send(self) -> None:
        await self.button("Send").click()

    async def answered(self, turns: int = 1) -> None:
        """Wait until there are so many turns and the last is answered."""
        await expect(self.turns).to_have_count(turns)
        await expect(self.last).to_have_attribute("data-state", "done")

    @property
    def last(self) -> Locator:
        return self.turns.last

    @property
    def answer(self) -> Locator:
        """The words of the last answer."""
        return self.last.locator(".answer .words")

    @property
    def senses(self) -> Locator:
        """What was perceived in the last message."""
        return self.last.locator(".sense")

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    async def choose(self, *uploads: Upload) -> None:
        async with self.page.expect_file_chooser() as opened:
            await self.button("Add photos or a recording").click()
        await (await opened.value).set_files([upload.chosen for upload in uploads])

    async def paste(self, *uploads: Upload) -> None:
        await self.page.evaluate(
            f"""(files) => document.getElementById("text").dispatchEvent(new ClipboardEvent("paste", {{
                clipboardData: ({_TRANSFER})(files), bubbles: true, cancelable: true }}))""",
            [upload.carried for upload in uploads],
        )

    async def drag(self, event: str, *uploads: Upload) -> None:
        """``event``: dragover or drop."""
        transfer = await self.page.evaluate_handle(_TRANSFER, [upload.carried for upload in uploads])
        await self.page.dispatch_event("#scroller", event, {"dataTransfer": transfer})

    async def overflows(self) -> bool:
        """Whether the page is wider than its window, or anything in it wider than the page."""
        return bool(
            await self.page.evaluate(
                """() => [document.documentElement, document.getElementById("scroller")].some(
                    (node) => node.scrollWidth > node.clientWidth)"""
            )
        )
