"""What people send is read whole by python-telegram-bot."""

from __future__ import annotations

import pytest
import telegram
from telegram.error import BadRequest

from tests.emulator import Emulator, External, Quote
from tests.emulator.origins import from_channel, from_chat, from_hidden, from_user


async def test_everything_a_person_can_send_is_read_by_ptb(emulator: Emulator, bot: telegram.Bot) -> None:
    ada = emulator.user()
    said = await ada.text("/start and @somebody 🙂 @parley_test_bot")
    await ada.photo(b"jpeg", caption="what is it?", reply_to=said)
    for post in (ada.voice(b"ogg"), ada.audio(b"mp3"), ada.document(b"data"), ada.video(), ada.video_note()):
        await post
    for post in (ada.animation(), ada.sticker(), ada.contact(), ada.poll(), ada.dice(), ada.location(), ada.venue()):
        await post
    await ada.nothing()
    await ada.large_file()
    messages = [update.message for update in await bot.get_updates() if update.message]
    assert len(messages) == 16
    text = messages[0]
    assert list(text.parse_entities().values()) == ["/start", "@somebody", "@parley_test_bot"]
    assert messages[1].reply_to_message and messages[1].reply_to_message.text == text.text


async def test_files_are_fetched_and_large_or_forgotten_ones_refused(emulator: Emulator, bot: telegram.Bot) -> None:
    data = bytes(range(256)) * 1000
    posted = await emulator.user().voice(data)
    file = await bot.get_file(posted.message["voice"]["file_id"])
    assert bytes(await file.download_as_bytearray()) == data
    large = await emulator.user().large_file()
    with pytest.raises(BadRequest, match="File is too big"):
        await bot.get_file(large.message["document"]["file_id"])
    emulator.files.forget(posted.message["voice"]["file_id"])
    with pytest.raises(BadRequest, match="Wrong file_id"):
        await bot.get_file(posted.message["voice"]["file_id"])


async def test_an_album_is_separate_messages_of_one_group(emulator: Emulator, bot: telegram.Bot) -> None:
    ada = emulator.user()
    first, *_ = await ada.album([b"1", b"2"], videos=[b"3"], caption="three", pause=0.01)
    await ada.album([b"4"], captions=["late"], album=first.message["media_group_id"])
    messages = [update.message for update in await bot.get_updates() if update.message]
    assert len({message.media_group_id for message in messages}) == 1
    assert [message.caption for message in messages] == ["three", None, None, "late"]
    assert [bool(message.video) for message in messages] == [False, False, True, False]
    again = await ada.album(documents=[b"1", b"2"])
    assert again[0].message["media_group_id"] != first.message["media_group_id"]


async def test_a_reply_carries_what_it_answers_and_the_part_that_was_chosen(
    emulator: Emulator, bot: telegram.Bot
) -> None:
    ada = emulator.user()
    asked = await ada.photo(b"jpeg", caption="🙂 red or green?")
    answer = await bot.send_message(ada.id, "green", reply_to_message_id=asked.message_id)
    await ada.text("why?", reply_to=answer.message_id)
    await ada.voice(b"ogg", reply_to=Quote(asked, "green?"))
    await ada.text("and this?", reply_to=External(from_channel(), {"photo": asked.message["photo"]}, quote="green"))
    _, why, voice, external = [update.message for update in await bot.get_updates() if update.message]
    assert why.reply_to_message and why.reply_to_message.from_user and why.reply_to_message.from_user.id == bot.id
    assert why.reply_to_message.reply_to_message is None, "a message in a message stands one level deep"
    assert voice.quote and (voice.quote.text, voice.quote.position) == ("green?", 10)
    assert voice.reply_to_message and voice.reply_to_message.photo
    assert external.reply_to_message is None
    assert external.external_reply and external.external_reply.photo


async def test_a_forwarded_message_names_its_origin(emulator: Emulator, bot: telegram.Bot) -> None:
    ada = emulator.user()
    for origin in (from_user(), from_hidden(), from_chat(signature="Grace"), from_channel()):
        await ada.photo(b"jpeg", origin=origin)
    messages = [update.message for update in await bot.get_updates() if update.message]
    origins = [message.forward_origin.type for message in messages if message.forward_origin]
    assert origins == ["user", "hidden_user", "chat", "channel"]


async def test_texts_captions_and_media_can_be_edited(emulator: Emulator, bot: telegram.Bot) -> None:
    ada = emulator.user()
    text, photo = await ada.text("one"), await ada.photo(b"jpeg", caption="a cat")
    await ada.edit(text, "two")
    await ada.edit(photo, "a dog")
    await ada.change(photo, ada.photo_content(b"other"))
    await ada.text("what was that?", reply_to=photo)
    updates = await bot.get_updates()
    edited = [update.edited_message for update in updates if update.edited_message]
    assert [message.text or message.caption for message in edited] == ["two", "a dog", "a dog"]
    assert edited[1].photo[-1].file_id != edited[2].photo[-1].file_id
    last = updates[-1].message
    assert last and last.reply_to_message and last.reply_to_message.caption == "a dog"


async def test_stickers_are_still_video_or_animated(emulator: Emulator, bot: telegram.Bot) -> None:
    ada = emulator.user()
    for form in ("static", "video", "animated"):
        await ada.sticker(b"sticker", form=form, emoji="🎉")
    stickers = [update.message.sticker for update in await bot.get_updates() if update.message]
    assert [(s.is_video, s.is_animated, s.emoji) for s in stickers if s] == [
        (False, False, "🎉"),
        (True, False, "🎉"),
        (False, True, "🎉"),
    ]
