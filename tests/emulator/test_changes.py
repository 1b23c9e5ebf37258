"""What happens to chats: reactions, blocking, channels, and groups that become supergroups."""

from __future__ import annotations

import pytest
import telegram
from telegram.error import BadRequest, ChatMigrated, Forbidden

from tests.emulator import Emulator

ASKED = ["message", "message_reaction"]


async def test_reactions_are_told_only_to_those_who_ask(emulator: Emulator, bot: telegram.Bot) -> None:
    ada = emulator.user()
    await bot.send_message(ada.id, "an answer")
    (sent,) = emulator.sent(ada)
    await ada.react(sent, "👍")
    await ada.react(sent, "👎")
    assert await bot.get_updates(allowed_updates=[]) == ()
    told = [update.message_reaction for update in await bot.get_updates(allowed_updates=ASKED)]
    assert [(len(r.old_reaction), len(r.new_reaction)) for r in told if r] == [(0, 1), (1, 1)]
    with pytest.raises(BadRequest, match="Reaction_invalid"):
        await bot.set_message_reaction(ada.id, sent.message_id, "🪑")


async def test_reactions_in_groups_are_told_only_to_administrators(emulator: Emulator, bot: telegram.Bot) -> None:
    ada, group = emulator.user(), emulator.group()
    await bot.send_message(group, "an answer")
    (sent,) = emulator.sent(group)
    assert await ada.react(sent, "👍") == 0
    await emulator.groups.promote(group, ada)
    assert await ada.react(sent) != 0


async def test_a_person_who_stops_the_bot_is_told_of(emulator: Emulator, bot: telegram.Bot) -> None:
    ada = emulator.user()
    await ada.stop()
    with pytest.raises(Forbidden):
        await bot.send_message(ada.id, "hello?")
    await ada.restart()
    await bot.send_message(ada.id, "hello")
    told = [update.my_chat_member for update in await bot.get_updates()]
    assert [change.new_chat_member.status for change in told if change] == ["kicked", "member"]


async def test_channels_post_without_a_person(emulator: Emulator, bot: telegram.Bot) -> None:
    news = emulator.channel()
    posted = await news.photo(b"jpeg", caption="news")
    await news.edit(posted, "older news")
    post, edit = await bot.get_updates()
    assert post.channel_post and post.channel_post.from_user is None
    assert post.channel_post.sender_chat and post.channel_post.sender_chat.id == news.id
    assert edit.edited_channel_post and edit.edited_channel_post.caption == "older news"


async def test_posts_of_a_linked_channel_come_to_its_group(emulator: Emulator, bot: telegram.Bot) -> None:
    news = emulator.channel()
    await news.linked_to(emulator.group()).text("news")
    (update,) = await bot.get_updates()
    message = update.message
    assert message and message.is_automatic_forward
    assert message.sender_chat and message.sender_chat.id == news.id
    assert isinstance(message.forward_origin, telegram.MessageOriginChannel)


async def test_a_group_that_becomes_a_supergroup_says_so_everywhere(emulator: Emulator, bot: telegram.Bot) -> None:
    ada, group = emulator.user(), emulator.group(kind="group")
    supergroup = await emulator.groups.migrate(group, ada)
    old, new = [update.message for update in await bot.get_updates() if update.message]
    assert (old.chat.id, old.migrate_to_chat_id) == (group, supergroup)
    assert (new.chat.id, new.migrate_from_chat_id) == (supergroup, group)
    with pytest.raises(ChatMigrated) as moved:
        await bot.send_message(group, "still here?")
    assert moved.value.new_chat_id == supergroup
    await bot.send_message(supergroup, "here")
    assert (await ada.text("hello", chat=supergroup)).told
