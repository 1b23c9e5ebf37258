"""An answer that may have been taken without a word is known by its buttons, and nothing else is harmed by looking."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest
from pydantic import SecretStr

from bot.channel import DeliveryFailed, Known, Piece
from bot.incoming import Incoming
from bot.said import Choice, Said
from bot.telegram.channel import TelegramChannel
from bot.telegram.client import TelegramClient
from bot.telegram.numbering import Numbering
from bot.telegram.pacing import Limits
from storage.ports import Doubt
from tests.bot.telegram.conftest import to
from tests.emulator import Emulator
from tests.sounds import silence

RATE = ((Choice("good", "good:1"), Choice("bad", "bad:1")),)


@pytest.fixture
async def client(emulator: Emulator) -> AsyncIterator[TelegramClient]:
    """One that holds nothing back."""
    client = TelegramClient(SecretStr(emulator.token), emulator.base_url, limits=Limits.at(0))
    yield client
    await client.close()


async def nothing_known(chat: str, message: str) -> bool:
    return False


async def found(
    channel: TelegramChannel,
    on: Incoming,
    piece: Piece,
    after: str,
    known: Known = nothing_known,
    looking: Callable[[str], None] = lambda message: None,
    *,
    looked: bool = False,
) -> str | None:
    return await channel.found(on, piece, Doubt(1, after, looked), known, looking)


@pytest.mark.parametrize("grouped", [False, True])
async def test_what_was_taken_though_the_connection_broke_is_found(
    emulator: Emulator, channel: TelegramChannel, grouped: bool
) -> None:
    ada, bob = emulator.user(), emulator.user(8)
    asked = await ada.text("@parley_test_bot hello", chat=emulator.group(-1_000_000_002_001) if grouped else None)
    on = to(asked.chat, asked.message_id)
    (piece,) = channel.compose(Said("**so** it is", markdown=True, choices=RATE))
    newest = channel.newest(on)
    assert newest == str(asked.message_id)
    assert await found(channel, on, piece, newest) is None
    await bob.text("in between")
    emulator.fail("sendMessage", drop=True, after=True)
    with pytest.raises(DeliveryFailed) as failed:
        await channel.send(on, piece)
    assert failed.value.doubtful
    (sent,) = emulator.sent(asked.chat)
    assert await found(channel, on, piece, newest) == str(sent.message_id)
    assert len(sent.versions) == 1, "looking changes nothing"


async def test_looking_for_what_was_taken_is_bounded_and_by_buttons_alone(
    emulator: Emulator, channel: TelegramChannel
) -> None:
    asked = await emulator.user().text("hello")
    on, after = to(asked.chat, asked.message_id), str(asked.message_id)
    (piece,) = channel.compose(Said("fine", choices=RATE))
    assert await found(channel, on, piece, after) is None
    assert emulator.count("editMessageReplyMarkup") == 16
    menu = Said("Settings", choices=((Choice("on", "set:transcripts:always"),),))
    for said in (Said("", voice=silence(1.0)), Said("fine"), menu):
        assert await found(channel, on, channel.compose(said)[-1], after) is None
    assert emulator.count("editMessageReplyMarkup") == 16


async def test_what_others_sent_meanwhile_stays_as_it_was(
    emulator: Emulator, client: TelegramClient, channel: TelegramChannel
) -> None:
    group = emulator.group(-1_000_000_002_001, forum=True)
    asked = await emulator.user().text("@parley_test_bot hello", chat=group)
    on, after = to(group, asked.message_id), str(asked.message_id)
    bare = await client.bot.send_message(group, "of another topic")
    other = (await channel.send(on, *channel.compose(Said("of a turn", choices=((Choice("good", "good:2"),),)))),)

    async def known(chat: str, message: str) -> bool:
        assert chat == str(group)
        return message in other

    (piece,) = channel.compose(Said("fine", choices=RATE))
    client.numbering = Numbering()  # as after a restart
    assert await found(TelegramChannel(client, 1), on, piece, after, known) is None
    one, two = emulator.sent(group)
    assert (one.message_id, one.text, one.buttons) == (bare.message_id, "of another topic", [])
    assert [button["callback_data"] for button in two.buttons] == ["good:2"]


async def test_what_was_being_looked_at_when_that_broke_off_is_looked_at_again(
    emulator: Emulator, channel: TelegramChannel
) -> None:
    asked = await emulator.user().text("hello")
    on, looked = to(asked.chat, asked.message_id), [str(asked.message_id)]
    (piece,) = channel.compose(Said("fine", choices=RATE))
    await channel.send(on, piece)
    (sent,) = emulator.sent(asked.chat)
    channel._numbering = Numbering()  # as after a restart
    emulator.fail("editMessageReplyMarkup", drop=True)
    with pytest.raises(DeliveryFailed):
        await found(channel, on, piece, looked[-1], looking=looked.append)
    assert looked[-1] == str(sent.message_id)
    assert await found(channel, on, piece, looked[-1], looked=True) == looked[-1]
    assert len(sent.versions) == 1


async def test_a_message_that_bears_our_buttons_by_being_looked_at_is_made_the_answer(
    emulator: Emulator, client: TelegramClient, channel: TelegramChannel
) -> None:
    """Of two messages in doubt at once one is sent again, rather than none."""
    asked = await emulator.user().text("hello")
    on, looked = to(asked.chat, asked.message_id), [str(asked.message_id)]
    other = await client.bot.send_message(asked.chat, "help")
    (piece,) = channel.compose(Said("fine", choices=RATE))
    emulator.fail("editMessageReplyMarkup", drop=True, after=True)
    with pytest.raises(DeliveryFailed):
        await found(channel, on, piece, looked[-1], looking=looked.append)
    assert await found(channel, on, piece, looked[-1], looked=True) == str(other.message_id)
    assert [sent.text for sent in emulator.sent(asked.chat)] == ["fine"]


async def test_while_telegram_is_away_nothing_is_passed_over(emulator: Emulator, channel: TelegramChannel) -> None:
    asked = await emulator.user().text("hello")
    on, looked = to(asked.chat, asked.message_id), [str(asked.message_id)]
    (piece,) = channel.compose(Said("fine", choices=RATE))
    await channel.send(on, piece)
    (sent,) = emulator.sent(asked.chat)
    channel._numbering = Numbering()
    emulator.fail("editMessageReplyMarkup", status=502, description="Bad Gateway")
    with pytest.raises(DeliveryFailed):
        await found(channel, on, piece, looked[0], looking=looked.append)
    assert await found(channel, on, piece, looked[-1], looked=True) == str(sent.message_id)


async def test_messages_to_others_do_not_hide_it(
    emulator: Emulator, client: TelegramClient, channel: TelegramChannel
) -> None:
    asked, bob = await emulator.user().text("hello"), emulator.user(8)
    on, after = to(asked.chat, asked.message_id), str(asked.message_id)
    for n in range(18):
        await channel.send(to(bob.id), *channel.compose(Said(str(n))))
    (piece,) = channel.compose(Said("fine", choices=RATE))
    emulator.fail("sendMessage", drop=True, after=True)
    with pytest.raises(DeliveryFailed):
        await channel.send(on, piece)
    (sent,) = emulator.sent(asked.chat)
    assert await found(channel, on, piece, after) == str(sent.message_id)


async def test_what_never_left_or_was_refused_is_not_in_doubt(emulator: Emulator, channel: TelegramChannel) -> None:
    on = to(emulator.user().id)
    (piece,) = channel.compose(Said("fine"))
    emulator.fail("sendMessage", status=403, description="Forbidden: bot was blocked by the user")
    with pytest.raises(DeliveryFailed) as refused:
        await channel.send(on, piece)
    await emulator.stop()
    with pytest.raises(DeliveryFailed) as unsent:
        await channel.send(on, piece)
    assert (refused.value.doubtful, unsent.value.doubtful) == (False, False)
