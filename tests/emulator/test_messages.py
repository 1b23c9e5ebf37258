"""What the bot sends is kept and shown as it was."""

from __future__ import annotations

import pytest
import telegram

from tests import pictures
from tests.emulator import Emulator


async def test_messages_are_observed_in_order_with_edits_and_replies(emulator: Emulator, bot: telegram.Bot) -> None:
    asked = await emulator.user().text("hello")
    await bot.send_chat_action(asked.chat, "typing")
    first = await bot.send_message(asked.chat, "first", reply_to_message_id=asked.message_id)
    await bot.send_message(asked.chat, "second")
    await bot.edit_message_text("first, edited", asked.chat, first.message_id)
    assert [message.text for message in emulator.sent(asked.chat)] == ["first, edited", "second"]
    assert (await emulator.next_message(asked.chat)).reply_to == asked.message_id
    assert (await emulator.next_message(asked.chat)).text == "second"
    with pytest.raises(TimeoutError):
        await emulator.next_message(asked.chat, within=0.05)
    assert emulator.actions(asked.chat) == ["typing"]
    assert emulator.count("sendMessage") == 2


async def test_uploads_keep_their_bytes(emulator: Emulator, bot: telegram.Bot) -> None:
    chat = emulator.user().id
    photo = pictures.sign("a")
    await bot.send_photo(chat, photo, caption="a photo")
    await bot.send_document(chat, b"document", filename="a.txt")
    await bot.send_voice(chat, b"voice")
    assert [(m.method, m.data) for m in emulator.sent(chat)] == [
        ("sendPhoto", photo),
        ("sendDocument", b"document"),
        ("sendVoice", b"voice"),
    ]
    assert emulator.sent(chat)[0].text == "a photo"


async def test_drafts_reactions_and_menus_are_kept(emulator: Emulator, bot: telegram.Bot) -> None:
    posted = await emulator.user().text("hello")
    await bot.send_message_draft(posted.chat, 7, "thin")
    await bot.set_message_reaction(posted.chat, posted.message_id, "👍")
    await bot.set_my_commands([("help", "Help")], language_code="zh")
    assert [(draft.draft_id, draft.text) for draft in emulator.drafts(posted.chat)] == [(7, "thin")]
    assert [(made.message_id, made.emoji) for made in emulator.reactions] == [(posted.message_id, ["👍"])]
    assert emulator.methods.menus == {"zh": {"help": "Help"}}
