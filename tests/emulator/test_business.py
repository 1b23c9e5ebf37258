"""Business connections: the bot hears an account's customers and may answer in its name."""

from __future__ import annotations

import pytest
import telegram
from telegram.error import BadRequest, Forbidden

from tests.emulator import Emulator


async def test_customers_are_answered_on_behalf_of_the_business(emulator: Emulator, bot: telegram.Bot) -> None:
    owner, customer = emulator.user(1, "owner"), emulator.user(2, "bob")
    shop = await emulator.business(owner)
    asked = await shop.customer(customer).text("open on Sunday?")
    connected, said = await bot.get_updates()
    assert connected.business_connection and connected.business_connection.rights
    assert connected.business_connection.rights.can_reply
    message = said.business_message
    assert message and message.business_connection_id == shop.connection.id
    answer = await message.reply_text("yes", do_quote=True)
    assert answer.sender_business_bot and answer.sender_business_bot.id == bot.id
    assert answer.from_user and answer.from_user.id == owner.id
    (sent,) = emulator.sent(shop.key(customer))
    assert (sent.business, sent.chat, sent.reply_to) == (shop.connection.id, customer.id, asked.message_id)
    assert emulator.sent(customer) == [], "the customer's own chat with the bot is another one"
    await answer.edit_text("yes, until noon")
    assert sent.texts == ["yes", "yes, until noon"]


async def test_a_business_chat_is_written_to_only_with_the_right_and_in_time(
    emulator: Emulator, bot: telegram.Bot
) -> None:
    customer, stranger = emulator.user(2, "bob"), emulator.user(3, "eve")
    shop = await emulator.business(emulator.user(1, "owner"))
    id = shop.connection.id
    await shop.customer(customer).text("hello")
    with pytest.raises(BadRequest, match="Business_peer_invalid"):
        await bot.send_message(stranger.id, "x", business_connection_id=id)
    with pytest.raises(BadRequest, match="Business_connection_invalid"):
        await bot.send_message(customer.id, "x", business_connection_id="another")
    await shop.grant(can_reply=False)
    with pytest.raises(Forbidden):
        await bot.send_message(customer.id, "x", business_connection_id=id)
    await shop.grant(can_reply=True)
    shop.connection.window = 0.0
    with pytest.raises(BadRequest, match="Business_peer_invalid"):
        await bot.send_message(customer.id, "x", business_connection_id=id)
    await shop.disconnect()
    assert (await bot.get_business_connection(id)).is_enabled is False
    with pytest.raises(BadRequest, match="Business_connection_invalid"):
        await bot.send_chat_action(customer.id, "typing", business_connection_id=id)


async def test_edits_deletions_and_the_owners_own_words_are_told(emulator: Emulator, bot: telegram.Bot) -> None:
    owner, customer = emulator.user(1, "owner"), emulator.user(2, "bob")
    shop = await emulator.business(owner, can_delete_sent_messages=True)
    asked = await shop.customer(customer).photo(b"jpeg", caption="this one?")
    await shop.customer(customer).edit(asked, "that one?")
    await shop.owner_to(customer).text("I will look", reply_to=asked)
    await shop.delete(asked)
    _, said, edited, owned, deleted = await bot.get_updates()
    assert said.business_message and said.business_message.caption == "this one?"
    assert edited.edited_business_message and edited.edited_business_message.caption == "that one?"
    assert owned.business_message and owned.business_message.from_user == telegram.User.de_json(owner.entry)
    assert deleted.deleted_business_messages
    assert deleted.deleted_business_messages.message_ids == (asked.message_id,)
    sent = await bot.send_message(customer.id, "gone soon", business_connection_id=shop.connection.id)
    await bot.delete_business_messages(shop.connection.id, [sent.message_id])
    assert emulator.standing(shop.key(customer)) == []
