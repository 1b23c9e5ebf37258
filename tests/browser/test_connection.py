"""A connection that breaks, and a server that dies: nothing is lost, and nothing comes twice."""

from __future__ import annotations

import json

import pytest
from playwright.async_api import Route, expect

from tests.browser.chat_page import ChatPage

SETTINGS = {"PARLEY_LLM": "scripted:echo?seconds=1.2"}
pytestmark = pytest.mark.asyncio(loop_scope="module")

LONG = "one two three four five six seven eight nine ten eleven twelve"


async def test_an_answer_goes_on_after_the_network_was_away(chat: ChatPage) -> None:
    chat.watch.allow_broken_connections()
    await chat.open()
    await chat.say(LONG)
    await expect(chat.answer).to_contain_text("one")
    await chat.page.context.set_offline(True)
    await expect(chat.page.locator("#link")).to_contain_text("You are offline.")
    await chat.page.context.set_offline(False)

    await chat.answered()
    await expect(chat.answer).to_have_text(f"You said: {LONG}")
    await expect(chat.page.locator("#link")).to_be_hidden()
    await expect(chat.page.locator("#log p")).to_have_count(1)


async def test_pieces_that_do_not_join_on_bring_everything_anew(chat: ChatPage) -> None:
    async def tamper(route: Route) -> None:
        """The first stream tells the beginning of an answer and then a piece from further on."""
        item = {"key": "k", "state": "working", "at": "2026-01-01T00:00:00Z", "parts": [], "observations": []}
        whole = {"items": [item | {"text": "ab", "language": None}], "earlier": None}
        events = (("timeline", whole), ("delta", {"key": "k", "at": 7, "text": "later"}))
        body = "".join(f"event: {name}\ndata: {json.dumps(facts)}\n\n" for name, facts in events)
        await route.fulfill(body=body, content_type="text/event-stream")

    await chat.page.route("**/api/events", tamper, times=1)
    await chat.open()
    await expect(chat.turns).to_have_count(0)
    await chat.say("hello")
    await chat.answered()


async def test_a_killed_server_is_waited_for_and_the_answer_comes_once(chat: ChatPage) -> None:
    chat.watch.allow_broken_connections()
    await chat.open()
    await chat.say(LONG)
    await expect(chat.answer).to_contain_text("one")
    await chat.site.kill()
    await expect(chat.page.locator("#link")).to_contain_text("The connection is lost.")

    await chat.site.restart()
    await chat.is_live()
    await chat.answered()
    await expect(chat.answer).to_have_text(f"You said: {LONG}")
    await chat.page.reload()
    await chat.answered()


async def test_what_could_not_be_sent_stays_over_a_reload_and_is_one_turn_when_sent_again(chat: ChatPage) -> None:
    chat.watch.allow_broken_connections()
    await chat.open()
    posts = 0

    async def lose(route: Route) -> None:
        """The server takes the message in, and the page never hears of it."""
        nonlocal posts
        posts += 1
        await route.fetch()
        await route.abort()

    await chat.page.context.set_offline(True)
    await chat.say("do not lose me")
    await expect(chat.last).to_contain_text("Not sent")
    await expect(chat.last).to_contain_text("I could not be reached.")
    await chat.page.context.set_offline(False)
    await chat.page.reload()
    await expect(chat.last).to_contain_text("do not lose me")

    await chat.page.route("**/api/turns", lose)
    await chat.button("Send again").click()
    await chat.answered()
    await chat.page.unroute("**/api/turns")
    assert posts >= 1
    await chat.page.reload()
    await chat.answered()
    await expect(chat.answer).to_have_text("You said: do not lose me")


async def test_what_the_server_refuses_is_said_in_its_words_and_can_be_discarded(chat: ChatPage) -> None:
    chat.watch.allow_refusals()
    await chat.open()
    refusal = {"error": "too-large", "message": "This is more than I can take at once."}
    await chat.page.route("**/api/turns", lambda route: route.fulfill(status=413, json=refusal))
    await chat.say("never mind")
    await expect(chat.last).to_contain_text("Not sent")
    await expect(chat.last).to_contain_text(refusal["message"])
    await chat.button("Discard").click()
    await expect(chat.turns).to_have_count(0)
    await expect(chat.page.get_by_role("heading", level=2)).to_be_visible()
    await chat.page.reload()
    await chat.is_live()
    await expect(chat.turns).to_have_count(0)


async def test_an_ended_session_is_said(chat: ChatPage) -> None:
    chat.watch.allow_broken_connections()
    await chat.open()
    await chat.page.context.clear_cookies()
    await chat.page.evaluate("() => dispatchEvent(new Event('online'))")
    await expect(chat.notice).to_contain_text("Your session has ended.")
