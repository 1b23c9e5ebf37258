"""Buttons under messages, pressed by people."""

from __future__ import annotations

import asyncio

import pytest
import telegram
from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest

from tests.emulator import Emulator

KEYBOARD = InlineKeyboardMarkup([[InlineKeyboardButton("👍", callback_data="good"),
                                  InlineKeyboardButton("👎", callback_data="bad")]])  # fmt: skip


async def test_a_press_reaches_the_bot_with_its_message_and_is_answered(emulator: Emulator, bot: telegram.Bot) -> None:
    ada = emulator.user()
    await bot.send_message(ada.id, "an answer", reply_markup=KEYBOARD)
    (sent,) = emulator.sent(ada)
    assert [button["text"] for button in sent.buttons] == ["👍", "👎"]
    press = await ada.press(sent, "👎")
    (update,) = await bot.get_updates()
    query = update.callback_query
    assert query and (query.data, query.from_user.id) == ("bad", ada.id)
    assert isinstance(query.message, telegram.Message) and query.message.text == "an answer"
    await bot.answer_callback_query(query.id, "noted", show_alert=True)
    assert await press.answered() == {"text": "noted", "show_alert": True}


async def test_presses_that_are_old_or_answered_or_unknown_cannot_be_answered(
    emulator: Emulator, bot: telegram.Bot
) -> None:
    ada = emulator.user()
    await bot.send_message(ada.id, "an answer", reply_markup=KEYBOARD)
    (sent,) = emulator.sent(ada)
    answered = await ada.press(sent, data="good")
    await bot.answer_callback_query(answered.id)
    emulator.presses.lifetime = 0.01
    old = await ada.press(sent, "👍")
    await asyncio.sleep(0.02)
    for id in (answered.id, old.id, "4711"):
        with pytest.raises(BadRequest, match="Query is too old"):
            await bot.answer_callback_query(id)
    with pytest.raises(LookupError):
        await ada.press(sent, "stop")


async def test_a_button_of_a_message_that_is_gone_names_it_only(emulator: Emulator, bot: telegram.Bot) -> None:
    ada = emulator.user()
    sent = await bot.send_message(ada.id, "an answer", reply_markup=KEYBOARD)
    await sent.delete()
    await ada.press(emulator.sent(ada)[0], "👍")
    (update,) = await bot.get_updates()
    query = update.callback_query
    assert query and isinstance(query.message, telegram.Message), (
        "PTB 22.8 reads an inaccessible message as one of 1970"
    )
    assert (query.message.message_id, query.message.date.timestamp(), query.message.text) == (sent.message_id, 0, None)


async def test_an_edit_without_a_keyboard_takes_it_away(emulator: Emulator, bot: telegram.Bot) -> None:
    ada = emulator.user()
    sent = await bot.send_message(ada.id, "an answer", reply_markup=KEYBOARD)
    with pytest.raises(BadRequest, match="not modified"):
        await bot.edit_message_reply_markup(ada.id, sent.message_id, reply_markup=KEYBOARD)
    await bot.edit_message_text("better", ada.id, sent.message_id, reply_markup=KEYBOARD)
    await bot.edit_message_reply_markup(ada.id, sent.message_id)
    (seen,) = emulator.sent(ada)
    assert seen.texts == ["an answer", "better"]
    assert [version.markup is not None for version in seen.versions] == [True, True, False]


@pytest.mark.parametrize(
    "button",
    [
        InlineKeyboardButton("too long", callback_data="ü" * 33),
        InlineKeyboardButton(" ", callback_data="x"),
        InlineKeyboardButton("two", callback_data="x", url="https://example.org"),
        InlineKeyboardButton("none"),
    ],
)
async def test_buttons_no_keyboard_may_have_are_refused(
    emulator: Emulator, bot: telegram.Bot, button: InlineKeyboardButton
) -> None:
    with pytest.raises(BadRequest):
        await bot.send_message(emulator.user().id, "x", reply_markup=InlineKeyboardMarkup([[button]]))
    assert len(emulator.violations) == 1
