"""What people do on Telegram, as it arrives over real HTTP."""

from __future__ import annotations

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.incoming import Incoming, Moved, Pressed, Reacted
from bot.telegram.client import TelegramClient
from tests.bot.telegram.conftest import Kept, opened, said
from tests.emulator import Emulator
from tests.pictures import sign


async def test_an_album_arrives_as_pieces_that_know_one_another(emulator: Emulator, client: TelegramClient) -> None:
    kept = Kept()
    async with opened(client, kept):
        await emulator.user().album([sign(), sign(), sign()], caption="Which is the best?")
        pieces = await kept.reach(3)
    assert len({piece.album for piece in pieces}) == 1 and len({piece.key for piece in pieces}) == 3
    assert [[part.kind for part in piece.parts] for piece in pieces] == [["photo", "text"], ["photo"], ["photo"]]


async def test_an_album_in_a_group_arrives_whole_though_one_caption_addresses_the_bot(
    emulator: Emulator, client: TelegramClient
) -> None:
    kept, group = Kept(), emulator.group()
    async with opened(client, kept):
        await emulator.user().photo(sign(), chat=group)
        await emulator.user().album([sign(), sign()], captions=(None, f"@{emulator.username} which?"), chat=group)
        pieces = await kept.reach(2)
    assert [piece.addressed for piece in pieces] == [False, True]


async def test_topics_are_conversations_and_groups_that_move_say_so_once(
    emulator: Emulator, client: TelegramClient
) -> None:
    ada, forum = emulator.user(), emulator.group(-2002, forum=True)
    group = emulator.group(-2003, kind="group")
    kept = Kept()
    async with opened(client, kept):
        cats = await emulator.groups.topic(forum, "Cats", ada)
        await ada.text("nobody in particular", chat=forum, topic=cats)
        await ada.text(f"@{emulator.username} hello", chat=forum, topic=cats)
        await ada.text(f"@{emulator.username} hello", chat=forum)
        new = await emulator.groups.migrate(group, ada)
        arrived = await kept.reach(4)
    by_chat: dict[str, list[Incoming]] = {}
    for incoming in arrived:
        by_chat.setdefault(incoming.chat, []).append(incoming)
    assert set(by_chat) == {f"{forum}:{cats}", str(forum), str(group)}
    assert {(move.key, move.act) for move in by_chat[str(group)]} == {(f"moved/{group}/{new}", Moved(to=str(new)))}


async def test_edits_arrive_as_such_unless_they_change_nothing(emulator: Emulator, client: TelegramClient) -> None:
    kept, ada = Kept(), emulator.user()
    async with opened(client, kept):
        post = await ada.text("What is a catt?")
        await kept.reach(1)
        same = await ada.change(post, {})
        await emulator.updates.confirmed(same)
        await ada.edit(post, "What is a cat?")
        first, edit = await kept.reach(2)
    assert (edit.edited, edit.message, said([edit])) == (True, first.message, ["What is a cat?"])


async def test_presses_and_reactions_arrive_and_presses_are_acknowledged(
    emulator: Emulator, client: TelegramClient
) -> None:
    kept, ada = Kept(), emulator.user()
    buttons = InlineKeyboardMarkup([[InlineKeyboardButton("Stop", callback_data="stop")]])
    told: list[Incoming] = []

    async def urgent(stop: Incoming) -> None:
        told.append(stop)

    async with opened(client, kept, urgent=urgent):
        await client.bot.send_message(ada.id, "An answer", reply_markup=buttons)
        answer = await emulator.next_message(ada)
        press = await ada.press(answer, "Stop")
        assert (await press.answered())["text"] is None
        await ada.react(answer, "👍")
        pressed, reacted = await kept.reach(2)
    assert pressed.act == Pressed(what="stop", message=str(answer.message_id)) and told == [pressed]
    assert reacted.act == Reacted(message=str(answer.message_id), reactions=("👍",))


async def test_a_business_account_is_answered_for_as_long_as_its_owner_allows(
    emulator: Emulator, client: TelegramClient
) -> None:
    owner, customer = emulator.user(4004, "owner", first_name="Owner"), emulator.user()
    shop = await emulator.business(owner, can_reply=True)
    kept = Kept()
    async with opened(client, kept):
        await shop.customer(customer).text("Are you open?")
        await shop.owner_to(customer).text("We are!")
        last = await shop.customer(customer).text("Thanks")
        await emulator.updates.confirmed(last.update_id)
        assert emulator.count("getBusinessConnection") == 0
    async with opened(client, kept):
        await shop.customer(customer).text("And tomorrow?")
        await kept.reach(3)
        assert emulator.count("getBusinessConnection") == 1
        await shop.disconnect()
        ignored = await shop.customer(customer).text("Hello?")
        await emulator.updates.confirmed(ignored.update_id)
    assert said(kept.items) == ["Are you open?", "Thanks", "And tomorrow?"]
    assert {(incoming.chat, incoming.host and incoming.host.id) for incoming in kept.items} == {
        (f"{customer.id}@connection-1", "4004")
    }


async def test_an_administrator_who_stays_anonymous_is_known_by_the_group(
    emulator: Emulator, client: TelegramClient
) -> None:
    kept, group = Kept(), emulator.group()
    async with opened(client, kept):
        await emulator.groups.anonymous(group).text(f"@{emulator.username} hello")
        (incoming,) = await kept.reach(1)
    assert (incoming.sender.id, incoming.sender.name) == (str(group), "Friends")
