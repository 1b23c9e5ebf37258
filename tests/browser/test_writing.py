"""Typing: the answer grows, can be stopped, and is still there after a reload."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.chat_page import ChatPage

SETTINGS = {"PARLEY_LLM": "scripted:echo?seconds=1.2"}
pytestmark = pytest.mark.asyncio(loop_scope="module")

LENGTHS = """() => {
  window.lengths = [];
  const note = () => {
    const length = document.querySelector(".answer .words")?.textContent.length ?? 0;
    if (window.lengths.at(-1) !== length) window.lengths.push(length);
  };
  new MutationObserver(note).observe(document.getElementById("turns"),
    { childList: true, subtree: true, characterData: true });
}"""


async def test_an_answer_grows_as_it_is_made_and_is_announced_once_when_whole(chat: ChatPage) -> None:
    await chat.open()
    await chat.page.evaluate(LENGTHS)
    await chat.say("Tell me a story about the sea and the moon, please")
    await chat.answered()

    await expect(chat.answer).to_contain_text("You said: Tell me a story about the sea and the moon, please")
    lengths = await chat.page.evaluate("() => window.lengths")
    assert len(lengths) >= 5
    assert lengths == sorted(lengths)
    announced = chat.page.locator("#log p")
    await expect(announced).to_have_count(1)
    await expect(announced).to_contain_text("the moon, please")


async def test_enter_sends_but_not_with_shift_nor_while_an_input_method_composes(chat: ChatPage) -> None:
    await chat.open()
    await chat.text.fill("first")
    await chat.text.press("Shift+Enter")
    await chat.text.press_sequentially("second")
    await chat.text.dispatch_event("keydown", {"key": "Enter", "isComposing": True})
    await expect(chat.text).to_have_value("first\nsecond")
    await expect(chat.turns).to_have_count(0)

    await chat.text.press("Enter")
    await chat.answered()
    await expect(chat.last.locator(".bubble .words")).to_have_text("first\nsecond")
    await expect(chat.text).to_have_value("")


async def test_an_answer_can_be_stopped_and_what_came_of_it_stays(chat: ChatPage) -> None:
    await chat.open()
    await chat.say("Count slowly: one two three four five six seven eight nine ten")
    await expect(chat.answer).to_contain_text("You said")
    await chat.button("Stop").click()

    await expect(chat.last).to_have_attribute("data-state", "stopped")
    await expect(chat.last).to_contain_text("You stopped this answer.")
    assert "nine ten" not in await chat.answer.inner_text()
    await expect(chat.page.locator("#stop")).to_be_hidden()
    await chat.page.reload()
    await expect(chat.last).to_contain_text("You stopped this answer.")


async def test_a_reload_keeps_the_conversation_the_draft_and_the_answer_under_way(chat: ChatPage) -> None:
    await chat.open()
    await chat.say("What I say stays, and so does what is said to me")
    await expect(chat.answer).to_contain_text("You said")
    await chat.text.fill("half a thought")
    await chat.page.reload()

    await expect(chat.text).to_have_value("half a thought")
    await chat.answered()
    await expect(chat.answer).to_have_text("You said: What I say stays, and so does what is said to me")
    await expect(chat.last).to_contain_text("Answered")


async def test_messages_sent_one_after_the_other_are_answered_in_order(chat: ChatPage) -> None:
    await chat.open()
    await chat.say("the first")
    await chat.say("the second")
    await chat.answered(turns=2)
    await expect(chat.turns.first.locator(".answer .words")).to_have_text("You said: the first")
    await expect(chat.answer).to_have_text("You said: the second")


async def test_markup_and_direction_marks_are_shown_as_text(chat: ChatPage) -> None:
    hostile = "<img src=x onerror=alert(1)><script>alert(2)</script> \u202eabc {texts} ${1}"
    await chat.open()
    await chat.say(hostile)
    await chat.answered()
    assert await chat.last.locator(".bubble .words").text_content() == hostile
    await expect(chat.answer).to_contain_text("<img src=x onerror=alert(1)><script>alert(2)</script>")
    await expect(chat.last.locator("img, script")).to_have_count(0)


async def test_a_new_conversation_begins_only_when_confirmed(chat: ChatPage) -> None:
    await chat.open()
    await expect(chat.page.get_by_role("heading", level=2)).to_contain_text("Hello")
    await chat.say("my name is Ada")
    await chat.answered()

    await chat.button("New conversation").click()
    await chat.page.keyboard.press("Escape")
    await expect(chat.turns).to_have_count(1)
    await expect(chat.button("New conversation")).to_be_focused()

    await chat.button("New conversation").click()
    await chat.button("Begin anew").click()
    await expect(chat.turns).to_have_count(0)
    await expect(chat.page.get_by_role("heading", level=2)).to_contain_text("Hello")
    await chat.page.reload()
    await chat.is_live()
    await expect(chat.turns).to_have_count(0)


async def test_everything_can_be_done_by_the_keyboard(chat: ChatPage) -> None:
    await chat.open()
    await expect(chat.text).to_be_focused()
    await chat.page.keyboard.type("by hand")
    await chat.page.keyboard.press("Enter")
    await chat.answered()
    await expect(chat.text).to_be_focused()

    reached = []
    for _ in range(12):
        await chat.page.keyboard.press("Tab")
        reached.append(await chat.page.evaluate("() => document.activeElement.id"))
    assert {"attach", "record", "send", "new", "language", "theme", "scroller", "text"} <= set(reached)

    await chat.button("New conversation").focus()
    await chat.page.keyboard.press("Enter")
    await expect(chat.page.get_by_role("dialog")).to_be_visible()
    await chat.page.keyboard.press("Tab")
    await chat.page.keyboard.press("Enter")
    await expect(chat.turns).to_have_count(0)
    await expect(chat.button("New conversation")).to_be_focused()
