"""The form before the page, where a token is asked for."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.axe import faults
from tests.browser.chat_page import ChatPage

TOKEN = "a token of no value"
SETTINGS = {"PARLEY_HTTP_TOKEN": TOKEN}
pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_the_token_opens_the_page_and_signing_out_closes_it(chat: ChatPage) -> None:
    chat.watch.allow_refusals()
    await chat.page.goto(chat.site.origin)
    await expect(chat.page.get_by_label("Token")).to_be_focused()
    await chat.page.keyboard.type("a wrong token")
    await chat.page.keyboard.press("Enter")
    await expect(chat.page.get_by_role("alert")).to_be_visible()

    await chat.page.get_by_label("Token").fill(TOKEN)
    await chat.button("Sign in").click()
    await chat.is_live()
    await chat.say("hello")
    await chat.answered()
    await chat.button("Sign out").click()
    await expect(chat.page.get_by_label("Token")).to_be_visible()
    await expect(chat.turns).to_have_count(0)


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_everybody_can_use_the_form(chat: ChatPage, language: str) -> None:
    chat.watch.allow_refusals()
    await chat.page.goto(f"{chat.site.origin}/?lang={language}")
    assert await faults(chat.page) == []
    await chat.page.locator("#token").fill("a wrong token")
    await chat.page.keyboard.press("Enter")
    await expect(chat.page.locator("#wrong")).to_be_visible()
    assert await faults(chat.page) == []
