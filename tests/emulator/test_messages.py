"""What the bot sends is kept and shown as it was."""

from __future__ import annotations

import asyncio

import pytest
import telegram
from telegram.error import BadRequest

from tests import pictures, sounds
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


async def test_only_opus_is_shown_as_a_voice_note(emulator: Emulator, bot: telegram.Bot) -> None:
    ada = emulator.user()
    spoken = await bot.send_voice(ada.id, sounds.silence(0.2), caption="listen", duration=1)
    other = await bot.send_voice(ada.id, sounds.silence(0.2, "audio/wav"))
    assert spoken.voice and spoken.caption == "listen"
    assert other.voice is None
    assert other.document
    with pytest.raises(BadRequest, match="Image_process_failed"):
        await bot.send_photo(ada.id, b"no picture")
    again = await bot.send_voice(ada.id, spoken.voice.file_id)
    assert again.voice and again.voice.file_id == spoken.voice.file_id


async def test_documents_keep_their_names_and_can_be_fetched(emulator: Emulator, bot: telegram.Bot) -> None:
    ada = emulator.user()
    sent = await bot.send_document(ada.id, b"# a long answer", filename="answer.md", caption="see the file")
    assert sent.document and sent.document.file_name == "answer.md"
    file = await sent.document.get_file()
    assert bytes(await file.download_as_bytearray()) == b"# a long answer"
    await sent.edit_caption("see this file")
    with pytest.raises(BadRequest, match="There is no text"):
        await sent.edit_text("text")
    (seen,) = emulator.sent(ada)
    assert seen.texts == ["see the file", "see this file"]


async def test_edits_are_refused_where_there_is_nothing_to_change(emulator: Emulator, bot: telegram.Bot) -> None:
    asked = await emulator.user().text("hello")
    sent = await bot.send_message(asked.chat, "bold", entities=[telegram.MessageEntity("bold", 0, 4)])
    with pytest.raises(BadRequest, match="not modified"):
        await sent.edit_text("bold", entities=[telegram.MessageEntity("bold", 0, 4)])
    await sent.edit_text("bold", entities=[telegram.MessageEntity("italic", 0, 4)])
    with pytest.raises(BadRequest, match="can't be edited"):
        await bot.edit_message_text("x", asked.chat, asked.message_id)
    with pytest.raises(BadRequest, match="to edit not found"):
        await bot.edit_message_text("x", asked.chat, 4711)
    (seen,) = emulator.sent(asked.chat)
    assert [version.entities[0]["type"] for version in seen.versions] == ["bold", "italic"]
    assert seen.texts == ["bold"]


async def test_deleted_messages_are_gone_and_known_to_have_been(emulator: Emulator, bot: telegram.Bot) -> None:
    ada, group = emulator.user(), emulator.group()
    sent = await bot.send_message(ada.id, "gone soon")
    await sent.delete()
    with pytest.raises(BadRequest, match="to delete not found"):
        await sent.delete()
    with pytest.raises(BadRequest, match="to be replied not found"):
        await bot.send_message(ada.id, "x", reply_to_message_id=sent.message_id)
    assert [message.deleted_at is not None for message in emulator.sent(ada)] == [True]
    assert emulator.standing(ada) == []
    theirs = await ada.text("mine", chat=group)
    with pytest.raises(BadRequest, match="can't be deleted"):
        await bot.delete_message(group, theirs.message_id)


async def test_a_draft_is_seen_until_a_message_comes(emulator: Emulator, bot: telegram.Bot) -> None:
    ada = emulator.user()
    await bot.send_message_draft(ada.id, 7, "")
    await bot.send_message_draft(ada.id, 7, "thin", entities=[telegram.MessageEntity("bold", 0, 4)])
    draft = emulator.standing_draft(ada)
    assert draft and draft.text == "thin"
    await bot.send_message(ada.id, "thinking done")
    assert emulator.standing_draft(ada) is None
    assert [draft.text for draft in emulator.drafts(ada)] == ["", "thin"]
    for chat, id, entities in (
        (emulator.group(), 7, None),
        (ada.id, 0, None),
        (ada.id, 7, [telegram.MessageEntity("bold", 0, 40)]),
    ):
        with pytest.raises(BadRequest):
            await bot.send_message_draft(chat, id, "thin", entities=entities)
    assert len(emulator.violations) == 3


async def test_menus_are_kept_by_scope_and_language(emulator: Emulator, bot: telegram.Bot) -> None:
    await bot.set_my_commands([("help", "Help")])
    await bot.set_my_commands([("stop", "Stop")], scope=telegram.BotCommandScopeChat(5), language_code="zh")
    assert emulator.methods.menus_of("chat", chat_id=5) == {"zh": {"stop": "Stop"}}
    assert [command.command for command in await bot.get_my_commands()] == ["help"]
    await bot.delete_my_commands()
    assert await bot.get_my_commands() == ()
    for command in (("Help", "x"), ("help", ""), ("a" * 33, "x")):
        with pytest.raises(BadRequest):
            await bot.set_my_commands([command])


async def test_quiet_is_when_the_bot_does_nothing_more(emulator: Emulator, bot: telegram.Bot) -> None:
    ada = emulator.user()

    async def talk() -> None:
        for n in range(3):
            await bot.send_message(ada.id, str(n))
            await asyncio.sleep(0.05)

    async with asyncio.TaskGroup() as group:
        group.create_task(talk())
        await emulator.until_quiet(0.3)
        assert len(emulator.sent(ada)) == 3
