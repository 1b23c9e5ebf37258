"""Calls that no Bot API would take are refused and noted."""

from __future__ import annotations

import httpx
import pytest
import telegram
from telegram.error import BadRequest

from tests.emulator import Emulator


async def test_texts_beyond_the_rules_are_refused_and_noted(emulator: Emulator, bot: telegram.Bot) -> None:
    chat = emulator.user().id
    await bot.send_message(chat, "🙂" * 2048)
    outside = telegram.MessageEntity("bold", 2, 4)
    half = telegram.MessageEntity("bold", 0, 3)
    for text, entities, reason in (
        ("🙂" * 2048 + "x", None, "too long"),
        (" \n", None, "empty"),
        ("four", [outside], "entity"),
        ("🙂", [half], "entity"),
        ("x" * 200, [telegram.MessageEntity("bold", n, 1) for n in range(101)], "entities"),
    ):
        with pytest.raises(BadRequest, match=f"(?i){reason}"):
            await bot.send_message(chat, text, entities=entities)
    assert len(emulator.violations) == 5


async def test_unknown_or_mistyped_parameters_are_refused(emulator: Emulator) -> None:
    chat = emulator.user().id
    async with httpx.AsyncClient(trust_env=False, base_url=f"{emulator.base_url}/bot{emulator.token}/") as http:
        for method, call in (
            ("sendMessage", {"chat_id": chat, "text": "x", "colour": "red"}),
            ("sendMessage", {"chat_id": chat}),
            ("sendMessage", {"chat_id": chat, "text": "x", "message_thread_id": "many"}),
            ("sendMessage", {"chat_id": chat, "text": "x", "reply_parameters": {"message_id": 1, "colour": "red"}}),
            ("sendGame", {"chat_id": chat, "game_short_name": "x"}),
            ("sendNothing", {}),
        ):
            answer = await http.post(method, json=call)
            assert answer.json()["ok"] is False
        assert (await http.post("SENDMESSAGE", json={"chat_id": chat, "text": "x"})).json()["ok"] is True
    assert len(emulator.violations) == 6


def entity(
    kind: str, offset: int, length: int, *, url: str | None = None, language: str | None = None
) -> telegram.MessageEntity:
    return telegram.MessageEntity(kind, offset, length, url=url, language=language)


async def test_entities_may_be_nested_as_telegram_allows(emulator: Emulator, bot: telegram.Bot) -> None:
    allowed = [
        [entity("bold", 0, 5), entity("italic", 0, 5), entity("underline", 1, 2)],
        [entity("bold", 0, 9), entity("text_link", 2, 3, url="https://example.org")],
        [entity("blockquote", 0, 9), entity("bold", 0, 3), entity("code", 4, 2)],
        [entity("pre", 0, 4, language="python"), entity("bold", 4, 2)],
    ]
    for entities in allowed:
        await bot.send_message(emulator.user().id, "0123456789", entities=entities)
    assert emulator.violations == []


async def test_entities_telegram_would_drop_or_cut_are_refused(emulator: Emulator, bot: telegram.Bot) -> None:
    refused = [
        [entity("bold", 0, 5), entity("italic", 3, 5)],
        [entity("bold", 0, 5), entity("code", 1, 2)],
        [entity("pre", 0, 5), entity("italic", 1, 2)],
        [entity("blockquote", 0, 9), entity("expandable_blockquote", 2, 2)],
        [entity("text_link", 0, 5)],
        [entity("bold", 0, 5, language="python")],
        [entity("bold", 10, 1)],
    ]
    for entities in refused:
        with pytest.raises(BadRequest):
            await bot.send_message(emulator.user().id, "0123456789 ", entities=entities)
    assert len(emulator.violations) == len(refused)
