"""The page in Chinese, on a phone, in dark colours, and with a long conversation."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.chat_page import ChatPage, Upload
from tests.pictures import sign
from tests.sounds import voice

pytestmark = pytest.mark.asyncio(loop_scope="module")

SETTINGS = {
    "PARLEY_CAPTION": "scripted:named?text=espresso",
    "PARLEY_SENTIMENT": "scripted:sentiment?text=positive",
    "PARLEY_EMOTION": "scripted:emotion?text=happy",
}
PHONE = {"viewport": {"width": 360, "height": 640}, "has_touch": True, "is_mobile": True}
POST = """async ([first, last]) => {
  const { csrf } = JSON.parse(document.getElementById("page").textContent);
  for (let number = first; number <= last; number += 1) {
    const form = new FormData();
    form.append("key", crypto.randomUUID());
    form.append("text", `message ${number}`);
    const response = await fetch("/api/turns", { method: "POST", body: form, headers: { "X-CSRF-Token": csrf } });
    if (response.status !== 202) throw new Error(`status ${response.status}`);
  }
}"""
BACKGROUND = "() => getComputedStyle(document.body).backgroundColor"
LIGHT, DARK = "rgb(246, 245, 241)", "rgb(20, 23, 26)"


@pytest.mark.parametrize("chat", [{"locale": "zh-CN"}], indirect=True)
async def test_a_chinese_browser_gets_a_chinese_page_and_can_switch(chat: ChatPage) -> None:
    await chat.open()
    await expect(chat.page.locator("html")).to_have_attribute("lang", "zh-Hans")
    await expect(chat.page.get_by_role("heading", level=2)).to_contain_text("您好")
    await chat.paste(Upload("cup.jpg", "image/jpeg", sign()))
    await chat.say("今天天气真好，我们去公园吧")
    await chat.answered()
    await expect(chat.last).to_contain_text("已回答")
    await expect(chat.senses.first).to_contain_text("浓缩咖啡")
    await expect(chat.senses.last).to_have_text("话语情绪积极把握 90%")

    await chat.page.get_by_role("link", name="English").click()
    await chat.is_live()
    await expect(chat.page.locator("html")).to_have_attribute("lang", "en")
    await expect(chat.last).to_contain_text("Answered")
    await expect(chat.senses.first).to_contain_text("espresso")
    await expect(chat.senses.last).to_have_text("Mood of the wordspositive90% sure")
    await chat.open()
    await expect(chat.page.locator("html")).to_have_attribute("lang", "en")


@pytest.mark.parametrize("chat", [PHONE], indirect=True)
async def test_nothing_is_wider_than_a_narrow_phone_and_buttons_fit_a_finger(chat: ChatPage) -> None:
    await chat.open()
    assert not await chat.overflows()
    await chat.choose(
        *(Upload(f"{name}.jpg", "image/jpeg", sign(name)) for name in ("ONE", "TWO", "THREE")),
        Upload("note.ogg", "audio/ogg", voice("en-sign")),
    )
    await chat.say(f"https://example.org/{'long' * 60} {'W' * 300}")
    await chat.answered()
    await expect(chat.senses.first).to_be_visible()
    assert not await chat.overflows()

    small = await chat.page.evaluate(
        """() => [...document.querySelectorAll("button, a, summary, textarea")]
            .filter((node) => node.checkVisibility() && !node.classList.contains("skip"))
            .map((node) => [node.outerHTML.slice(0, 80), node.getBoundingClientRect()])
            .filter(([, box]) => box.width < 43.5 || (box.height < 35.5))
            .map(([name]) => name)"""
    )
    assert small == []
    composer = await chat.page.locator("#composer").bounding_box()
    assert composer is not None
    assert composer["y"] + composer["height"] <= 640


@pytest.mark.parametrize("chat", [PHONE], indirect=True)
async def test_the_composer_grows_to_six_lines_and_no_further(chat: ChatPage) -> None:
    await chat.open()
    heights = []
    for lines in (1, 3, 6, 30):
        await chat.text.fill("\n".join(["line"] * lines))
        heights.append(await chat.text.evaluate("(node) => node.offsetHeight"))
    assert heights[0] < heights[1] < heights[2] == heights[3]


async def test_nothing_moves_for_those_who_want_no_motion(chat: ChatPage) -> None:
    await chat.open()
    await chat.page.locator("#record").click()
    await expect(chat.page.locator("#recording")).to_be_visible()
    moving = "() => document.getAnimations().length"
    assert await chat.page.evaluate(moving) == 0
    await chat.page.emulate_media(reduced_motion="no-preference")
    assert await chat.page.evaluate(moving) > 0


@pytest.mark.parametrize("chat", [{"color_scheme": "dark"}], indirect=True)
async def test_colours_follow_the_system_until_somebody_chooses_and_then_stay(chat: ChatPage) -> None:
    await chat.open()
    assert await chat.page.evaluate(BACKGROUND) == DARK
    await chat.page.emulate_media(color_scheme="light")
    assert await chat.page.evaluate(BACKGROUND) == LIGHT

    await chat.button("Dark colours").click()
    assert await chat.page.evaluate(BACKGROUND) == DARK
    await chat.page.reload()
    await chat.is_live()
    assert await chat.page.evaluate(BACKGROUND) == DARK
    await expect(chat.button("Dark colours")).to_have_attribute("aria-pressed", "true")


async def test_earlier_messages_come_when_asked_for_and_the_view_stays_where_it_is(chat: ChatPage) -> None:
    await chat.open()
    for first in (1, 31):
        await chat.page.evaluate(POST, [first, first + 29])
        await chat.answered(turns=first + 29)
    await chat.page.reload()
    await chat.answered(turns=50)
    await expect(chat.turns.first).to_contain_text("message 11")

    top = chat.turns.first
    await chat.button("Show earlier").scroll_into_view_if_needed()
    before = await top.bounding_box()
    await chat.button("Show earlier").click()
    await expect(chat.turns).to_have_count(60)
    await expect(chat.button("Show earlier")).to_be_hidden()
    after = await chat.turns.nth(10).bounding_box()
    assert before is not None
    assert after is not None
    assert abs(before["y"] - after["y"]) < 70  # the button above went away

    await chat.say("and the newest")
    await expect(chat.turns).to_have_count(61)
    await expect(chat.last).to_be_in_viewport()
