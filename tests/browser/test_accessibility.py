"""No serious fault in what axe-core can tell, in both languages and both themes, whatever the page shows."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.axe import faults
from tests.browser.chat_page import ChatPage, Upload
from tests.pictures import sign
from tests.sounds import voice

SETTINGS = {"PARLEY_LLM": "scripted:echo?seconds=1"}
pytestmark = pytest.mark.asyncio(loop_scope="module")

PHOTOS = [Upload(f"{name}.jpg", "image/jpeg", sign(name)) for name in ("ONE", "TWO")]
NOTE = Upload("note.ogg", "audio/ogg", voice("en-sign"))


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_everybody_can_use_the_page(chat: ChatPage, language: str) -> None:
    page = chat.page
    chat.watch.allow_refusals()
    await chat.open(f"/?lang={language}")
    assert await faults(page) == []

    await page.locator("#files").set_input_files([upload.chosen for upload in (*PHOTOS, NOTE)])
    await expect(page.locator("#tray li")).to_have_count(3)
    await page.locator("#record").click()
    await expect(page.locator("#recording")).to_be_visible()
    assert await faults(page) == []
    await page.locator("#record-cancel").click()

    await chat.say("hello there, this is a message of several words")
    await expect(page.locator("#stop")).to_be_visible()
    assert await faults(page) == []
    await chat.answered()
    await page.locator("#files").set_input_files([Upload("letter.txt", "text/plain", b"x").chosen])
    await expect(chat.notice).to_be_visible()
    assert await faults(page) == []

    await page.locator(".thumb").first.click()
    await expect(page.locator("#lightbox")).to_be_visible()
    assert await faults(page) == []
    await page.keyboard.press("Escape")
    await page.route("**/api/turns", lambda route: route.fulfill(status=413, json={"message": "No."}))
    await chat.say("this is refused")
    await expect(chat.last).to_have_attribute("data-state", "unsent")
    assert await faults(page) == []
    await page.locator("#new").click()
    await expect(page.locator("#ask-new")).to_be_visible()
    assert await faults(page) == []
