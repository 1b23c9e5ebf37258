"""The real models through the page: a question spoken into the microphone about a photo."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.chat_page import ChatPage, Upload
from tests.pictures import sign

SETTINGS = {"PARLEY_PROFILE": "embedded"}
ANSWER = 90_000  # milliseconds, on a busy machine
pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.embedded, pytest.mark.timeout(240)]


@pytest.mark.long  # in short: tests/agents/test_embedded.py, and test_media.py for the page
async def test_a_spoken_question_about_a_photo_is_answered(chat: ChatPage) -> None:
    await chat.open()
    await chat.choose(Upload("sign.jpg", "image/jpeg", sign("SALE 50%")))
    await chat.button("Record a voice note").click()
    await expect(chat.page.locator("#recorded")).to_have_text("0:03")
    await chat.send()

    await expect(chat.last).to_have_attribute("data-state", "done", timeout=ANSWER)
    await expect(chat.turns).to_have_count(1)
    await expect(chat.senses.filter(has_text="Heard, English")).to_contain_text("sign say")
    await expect(chat.senses.filter(has_text="Reads")).to_contain_text("SALE 50%")
    await expect(chat.answer).to_contain_text("SALE 50%")
