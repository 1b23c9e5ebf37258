"""Pieces out, as new messages and in the place of earlier ones, over real HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from bot.channel import Channel, DeliveryFailed
from bot.incoming import Incoming, Pressed
from bot.said import Choice, Said
from bot.telegram.channel import TelegramChannel
from bot.telegram.client import TelegramClient
from tests.bot.telegram.conftest import to
from tests.emulator import Emulator
from tests.sounds import silence

RATE = ((Choice("good", "good:1"), Choice("bad", "bad:1")),)


async def deliver(channel: TelegramChannel, on: Incoming, said: Said, *instead: str) -> list[str | None]:
    """As ``Delivering`` does."""
    places = [*instead, *[None] * 20]
    return [await channel.send(on, piece, place) for piece, place in zip(channel.compose(said), places, strict=False)]


def test_it_is_a_channel(channel: TelegramChannel) -> None:
    offered: Channel = channel
    assert offered.name == "telegram"


@pytest.mark.parametrize("grouped", [False, True])
async def test_an_answer_has_entities_buttons_no_link_preview_and_is_in_groups_a_reply(
    emulator: Emulator, channel: TelegramChannel, grouped: bool
) -> None:
    asked = await emulator.user().text("@parley_test_bot hello", chat=emulator.group() if grouped else None)
    said = Said("**so** https://example.org <b>", markdown=True, choices=RATE)
    (message_id,) = await deliver(channel, to(asked.chat, asked.message_id), said)
    message = await emulator.next_message(asked.chat)
    assert str(message.message_id) == message_id
    assert message.text == "so https://example.org <b>"
    assert message.entities[0]["type"] == "bold"
    assert message.reply_to == (asked.message_id if grouped else None)
    assert [button["callback_data"] for button in message.buttons] == ["good:1", "bad:1"]
    call = emulator.calls[-1].fields
    assert "parse_mode" not in call
    assert '"is_disabled": true' in call["link_preview_options"]


async def test_an_answer_goes_out_though_the_message_it_replies_to_is_gone(
    emulator: Emulator, channel: TelegramChannel
) -> None:
    group = emulator.group()
    await deliver(channel, to(group, 4711), Said("anyway"))
    assert (await emulator.next_message(group)).reply_to is None


@pytest.mark.parametrize("text", ["🙂 A sentence with a smile. " * 600, "x" * 9000, "`a` " * 350])
async def test_every_piece_of_a_long_answer_is_taken(emulator: Emulator, channel: TelegramChannel, text: str) -> None:
    ada = emulator.user()
    await deliver(channel, to(ada.id), Said(text, markdown=True, choices=RATE))
    shown = emulator.sent(ada)
    assert len(shown) > 1
    assert "".join("".join(message.text.split()) for message in shown) == "".join(text.replace("`", "").split())
    assert [bool(message.buttons) for message in shown] == [False] * (len(shown) - 1) + [True]


async def test_half_an_emoji_and_controls_do_not_stop_an_answer(emulator: Emulator, channel: TelegramChannel) -> None:
    ada = emulator.user()
    for markdown in (False, True):
        await deliver(channel, to(ada.id), Said("half \ud83d an **emoji**\x00", markdown=markdown))
        shown = (await emulator.next_message(ada)).text
        assert shown.startswith("half ")
        assert "emoji" in shown


async def test_a_file_and_a_voice_note_follow_the_text(emulator: Emulator, channel: TelegramChannel) -> None:
    ada = emulator.user()
    story = "A long story. " * 3000
    await deliver(channel, to(ada.id), Said(story, markdown=True, voice=silence(1.0)))
    text, file, voice = emulator.sent(ada)
    assert text.text.startswith("A long story.")
    assert file.message["document"]["file_name"].endswith(".md")
    assert file.data is not None
    assert file.data.decode().split() == story.split()
    assert voice.message["voice"]["duration"] == 1


async def test_who_takes_no_voice_messages_gets_the_text(emulator: Emulator, channel: TelegramChannel) -> None:
    ada = emulator.user()
    emulator.fail("sendVoice", status=400, description="Bad Request: VOICE_MESSAGES_FORBIDDEN")
    assert (await deliver(channel, to(ada.id), Said("Hello.", voice=silence(1.0))))[1] is None
    assert [message.text for message in emulator.sent(ada)] == ["Hello."]


@pytest.mark.parametrize(
    ("how", "retryable", "retry_after"),
    [
        ({"retry_after": 17}, True, 17.0),
        ({"status": 500}, True, None),
        ({"status": 502}, True, None),
        ({"drop": True}, True, None),
        ({"status": 400}, False, None),
        ({"status": 403}, False, None),
    ],
)
@pytest.mark.parametrize("instead", [False, True])
async def test_failures_tell_what_may_be_tried_again_and_when(
    emulator: Emulator,
    channel: TelegramChannel,
    how: dict[str, Any],
    retryable: bool,
    retry_after: float | None,
    instead: bool,
) -> None:
    ada = emulator.user()
    places = [str(message) for message in await deliver(channel, to(ada.id), Said("before")) if message] * instead
    for method in ("sendMessage", "editMessageText"):
        emulator.fail(method, **how)
    with pytest.raises(DeliveryFailed) as failed:
        await deliver(channel, to(ada.id), Said("hello"), *places)
    assert (failed.value.retryable, failed.value.retry_after) == (retryable, retry_after)


async def test_an_unknown_or_blocking_chat_is_not_tried_again(emulator: Emulator, channel: TelegramChannel) -> None:
    ada = emulator.user()
    ada.block()
    for chat in (ada.id, 4711):
        with pytest.raises(DeliveryFailed) as failed:
            await deliver(channel, to(chat), Said("hello"))
        assert not failed.value.retryable


async def test_a_chat_that_moved_is_answered_where_it_is_now(emulator: Emulator, channel: TelegramChannel) -> None:
    ada, group = emulator.user(), emulator.group(kind="group")
    asked = await ada.text("hello", chat=group)
    (before,) = await deliver(channel, to(group, asked.message_id), Said("before"))
    moved = await emulator.groups.migrate(group, ada)
    await deliver(channel, to(group, asked.message_id), Said("after"), str(before))
    assert [message.text for message in emulator.sent(moved)] == ["after"]


async def test_topics_are_answered_in_and_where_one_is_gone_or_closed_the_chat_is(
    emulator: Emulator, channel: TelegramChannel
) -> None:
    ada, group = emulator.user(), emulator.group(forum=True)
    topic = await emulator.groups.topic(group, "News", ada)
    asked = await ada.text("hello", chat=group, topic=topic)
    on = to(group, asked.message_id).model_copy(update={"chat": f"{group}:{topic}"})
    await deliver(channel, on, Said("inside"))
    await emulator.groups.close_topic(group, topic, ada)
    await deliver(channel, on, Said("closed"))
    await deliver(channel, on.model_copy(update={"chat": f"{group}:4711"}), Said("gone"))
    assert [(message.text, message.topic) for message in emulator.sent(group)] == [
        ("inside", topic),
        ("closed", None),
        ("gone", None),
    ]


async def test_a_button_in_a_group_is_answered_under_the_message_it_stands_under(
    emulator: Emulator, channel: TelegramChannel
) -> None:
    on = to(emulator.group())
    (message,) = await deliver(channel, on, Said("one"))
    await deliver(channel, on.model_copy(update={"act": Pressed(what="again:1", message=str(message))}), Said("two"))
    assert [str(shown.reply_to) for shown in emulator.sent(int(on.chat))] == ["None", message]


async def test_who_is_no_longer_answered_for_is_not_tried_again(emulator: Emulator, channel: TelegramChannel) -> None:
    business, ada = await emulator.business(emulator.user(id=1009, username="owner")), emulator.user()
    on = to(ada.id).model_copy(update={"chat": f"{ada.id}@{business.connection.id}"})
    await business.customer(ada).text("Are you open?")
    await deliver(channel, on, Said("Yes."))
    await business.grant(can_reply=False)
    with pytest.raises(DeliveryFailed) as failed:
        await deliver(channel, on, Said("Until six."))
    assert not failed.value.retryable
    assert [message.text for message in emulator.sent(business.key(ada))] == ["Yes."]


async def test_entities_that_are_refused_cost_only_the_looks(emulator: Emulator, channel: TelegramChannel) -> None:
    ada = emulator.user()
    refused = {"status": 400, "description": "Bad Request: can't parse entities: something is wrong"}
    emulator.fail("sendMessage", **refused)
    (message,) = await deliver(channel, to(ada.id), Said("**one**", markdown=True))
    emulator.fail("editMessageText", **refused)
    await deliver(channel, to(ada.id), Said("**two**", markdown=True), str(message))
    (shown,) = emulator.sent(ada)
    assert (shown.texts, shown.entities) == (["one", "two"], [])


async def test_an_answer_takes_the_place_of_an_earlier_message(emulator: Emulator, channel: TelegramChannel) -> None:
    ada = emulator.user()
    (message,) = await deliver(channel, to(ada.id), Said("before"))
    assert await deliver(channel, to(ada.id), Said("**after**", markdown=True, choices=RATE), str(message)) == [message]
    assert await deliver(channel, to(ada.id), Said("**after**", markdown=True, choices=RATE), str(message)) == [message]
    (shown,) = emulator.sent(ada)
    assert shown.texts == ["before", "after"]
    assert shown.entities[0]["type"] == "bold"
    assert len(shown.buttons) == 2


async def test_the_place_of_a_message_that_is_gone_is_taken_by_a_new_one(
    emulator: Emulator, client: TelegramClient, channel: TelegramChannel
) -> None:
    ada = emulator.user()
    (message,) = await deliver(channel, to(ada.id), Said("before"))
    await client.bot.delete_message(ada.id, int(message or 0))
    (anew,) = await deliver(channel, to(ada.id), Said("after"), str(message))
    assert anew != message
    assert [shown.text for shown in emulator.standing(ada)] == ["after"]


async def test_a_voice_note_cannot_take_a_texts_place_so_the_text_goes(
    emulator: Emulator, channel: TelegramChannel
) -> None:
    ada = emulator.user()
    before = await deliver(channel, to(ada.id), Said("one")) + await deliver(channel, to(ada.id), Said("two"))
    await deliver(channel, to(ada.id), Said("after", voice=silence(1.0)), *map(str, before))
    text, voice = emulator.standing(ada)
    assert text.text == "after"
    assert "voice" in voice.message


async def test_buttons_change_and_what_cannot_is_left(emulator: Emulator, channel: TelegramChannel) -> None:
    ada = emulator.user()
    (message,) = await deliver(channel, to(ada.id), Said("hello", choices=RATE))
    await channel.adorn(to(ada.id), str(message), ((Choice("why", "why:1"),),))
    assert [button["text"] for button in emulator.sent(ada)[0].buttons] == ["why"]
    await channel.adorn(to(ada.id), str(message), ())
    assert emulator.sent(ada)[0].buttons == []
    for how in ({"status": 502}, {"drop": True}, {"retry_after": 99}, {"status": 403}):
        emulator.fail("editMessageReplyMarkup", **how)
        await channel.adorn(to(ada.id), str(message), RATE)
    await channel.adorn(to(ada.id), "4711", RATE)
