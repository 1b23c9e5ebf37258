"""Groups as bots meet them: topics, threads, privacy mode, anonymous administrators."""

from __future__ import annotations

import pytest
import telegram
from telegram.error import BadRequest, Forbidden

from tests.emulator import Emulator


async def messages(bot: telegram.Bot) -> list[telegram.Message]:
    return [update.message for update in await bot.get_updates() if update.message]


async def test_topics_are_threads_whose_messages_answer_their_creation(emulator: Emulator, bot: telegram.Bot) -> None:
    ada, forum = emulator.user(), emulator.group(forum=True)
    topic = await emulator.groups.topic(forum, "Garden", ada)
    await ada.text("in the topic", chat=forum, topic=topic)
    await ada.text("in general", chat=forum)
    created, inside, general = await messages(bot)
    assert created.forum_topic_created and created.forum_topic_created.name == "Garden"
    assert (inside.message_thread_id, inside.is_topic_message) == (topic, True)
    assert inside.reply_to_message and inside.reply_to_message.forum_topic_created
    assert (general.message_thread_id, general.reply_to_message) == (None, None)


async def test_an_answer_in_a_topic_stays_there(emulator: Emulator, bot: telegram.Bot) -> None:
    ada, forum = emulator.user(), emulator.group(forum=True)
    topic = await emulator.groups.topic(forum, "Garden", ada)
    asked = await ada.text("hello", chat=forum, topic=topic)
    await bot.send_message(forum, "named", message_thread_id=topic)
    await bot.send_message(forum, "answered", reply_to_message_id=asked.message_id)
    assert [(sent.topic, sent.reply_to) for sent in emulator.sent(forum)] == [(topic, None), (topic, asked.message_id)]
    with pytest.raises(BadRequest, match="thread not found"):
        await bot.send_message(forum, "lost", message_thread_id=4711)
    await emulator.groups.close_topic(forum, topic, ada)
    with pytest.raises(BadRequest, match="Topic_closed"):
        await bot.send_message(forum, "late", message_thread_id=topic)


async def test_replies_in_a_group_without_topics_name_a_thread_too(emulator: Emulator, bot: telegram.Bot) -> None:
    ada, group = emulator.user(), emulator.group()
    first = await ada.text("first", chat=group)
    second = await ada.text("second", chat=group, reply_to=first)
    await ada.text("third", chat=group, reply_to=second)
    threads = [(m.message_thread_id, m.is_topic_message) for m in await messages(bot)]
    assert threads == [(None, None), (first.message_id, None), (first.message_id, None)]


async def test_message_ids_of_supergroups_are_their_own(emulator: Emulator) -> None:
    ada, group = emulator.user(), emulator.group()
    private = await ada.text("one")
    assert (await ada.text("one", chat=group)).message_id == private.message_id


async def test_privacy_mode_lets_through_only_what_is_meant_for_the_bot(emulator: Emulator, bot: telegram.Bot) -> None:
    ada, group = emulator.user(), emulator.group(privacy=True)
    before = await ada.text("/help", chat=group)
    spoken = await bot.send_message(group, "hello")
    await emulator.groups.anonymous(group).text("between us")
    heard = [
        await ada.text("/help", chat=group),
        await ada.text(f"/help@{emulator.username} now", chat=group),
        await ada.photo(b"jpeg", chat=group, reply_to=spoken.message_id),
        await ada.send({"new_chat_title": "New"}, chat=group),
    ]
    unheard = [
        before,
        await ada.text("/help@other_bot", chat=group),
        await ada.text(f"@{emulator.username} what is this?", chat=group),
        await ada.photo(b"jpeg", chat=group),
        await ada.text("between us", chat=group, reply_to=heard[0]),
    ]
    assert all(post.told for post in heard)
    assert not any(post.told for post in unheard)
    assert len(await bot.get_updates()) == len(heard)


async def test_an_administrator_hears_everything(emulator: Emulator, bot: telegram.Bot) -> None:
    ada, group = emulator.user(), emulator.group(privacy=True)
    await emulator.groups.promote(group, ada)
    assert (await ada.text("anything", chat=group)).told
    told, _ = await bot.get_updates()
    assert told.my_chat_member and told.my_chat_member.new_chat_member.status == "administrator"
    assert (await bot.get_chat_member(group, bot.id)).status == "administrator"


async def test_who_runs_a_group_is_told_to_every_bot_and_who_else_is_in_it_to_administrators(
    emulator: Emulator, bot: telegram.Bot
) -> None:
    ada, bob, group = emulator.user(), emulator.user(2, "bob", first_name="Bob"), emulator.group()
    emulator.groups.appoint(group, ada, owner=True)
    await bob.text("hello", chat=group)
    assert [member.user.id for member in await bot.get_chat_administrators(group)] == [ada.id]
    assert (await bot.get_chat_member(group, ada.id)).status == "creator"
    with pytest.raises(BadRequest, match="inaccessible"):
        await bot.get_chat_member(group, bob.id)
    await emulator.groups.promote(group, ada)
    emulator.groups.appoint(group, bob)
    told = await bot.get_chat_administrators(group)
    assert [(member.user.id, member.status) for member in told] == [
        (ada.id, "creator"),
        (bob.id, "administrator"),
        (bot.id, "administrator"),
    ]
    emulator.groups.dismiss(group, bob)
    assert (await bot.get_chat_member(group, bob.id)).status == "member"
    with pytest.raises(BadRequest, match="private chat"):
        await bot.get_chat_administrators(ada.id)


async def test_an_anonymous_administrator_speaks_as_the_group(emulator: Emulator, bot: telegram.Bot) -> None:
    group = emulator.group()
    await emulator.groups.anonymous(group).text("as the group")
    (message,) = await messages(bot)
    assert message.sender_chat and message.sender_chat.id == group
    assert message.from_user and message.from_user.username == "GroupAnonymousBot"


async def test_a_bot_that_was_removed_may_not_write(emulator: Emulator, bot: telegram.Bot) -> None:
    ada, group = emulator.user(), emulator.group()
    await emulator.groups.remove_bot(group, ada)
    with pytest.raises(Forbidden):
        await bot.send_message(group, "anyone?")
    assert not (await ada.text("nobody hears", chat=group)).told
    await emulator.groups.add_bot(group, ada)
    await bot.send_message(group, "back")
