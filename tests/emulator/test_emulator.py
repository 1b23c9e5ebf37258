"""The emulator behaves as Telegram does, towards python-telegram-bot's own client."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

import httpx
import pytest
import telegram
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter
from telegram.request import HTTPXRequest

from tests.emulator import Emulator


@pytest.fixture(autouse=True)
def _durations(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")


def client(emulator: Emulator, token: str | None = None) -> telegram.Bot:
    return telegram.Bot(
        token or emulator.token,
        base_url=f"{emulator.base_url}/bot",
        base_file_url=f"{emulator.base_url}/file/bot",
        request=HTTPXRequest(httpx_kwargs={"trust_env": False}),
        get_updates_request=HTTPXRequest(httpx_kwargs={"trust_env": False}),
    )


@pytest.fixture
async def bot(emulator: Emulator) -> AsyncIterator[telegram.Bot]:
    async with client(emulator) as bot:
        yield bot


async def test_get_me_names_the_bot(emulator: Emulator, bot: telegram.Bot) -> None:
    assert bot.username == emulator.username


async def test_updates_stay_until_a_higher_offset_confirms_them(emulator: Emulator, bot: telegram.Bot) -> None:
    first = await emulator.user().text("one")
    second = await emulator.user().text("two")
    for _ in range(2):
        assert [update.update_id for update in await bot.get_updates()] == [first.update_id, second.update_id]
    assert [u.update_id for u in await bot.get_updates(offset=second.update_id)] == [second.update_id]
    assert emulator.updates.unconfirmed == [second.update_id]
    assert await bot.get_updates(offset=second.update_id + 1) == ()
    assert await bot.get_updates(offset=first.update_id) == ()


async def test_limit_and_allowed_updates_are_obeyed(emulator: Emulator, bot: telegram.Bot) -> None:
    posts = [await emulator.user().text(str(n)) for n in range(3)]
    await emulator.user().edit(posts[0], "edited")
    assert len(await bot.get_updates(limit=2)) == 2
    edits = await bot.get_updates(allowed_updates=["edited_message"])
    assert [update.edited_message.text for update in edits if update.edited_message] == ["edited"]
    assert len(await bot.get_updates()) == 1, "the last allowed_updates hold"


async def test_long_poll_waits_and_returns_with_the_update(emulator: Emulator, bot: telegram.Bot) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=5))
    await asyncio.sleep(0.1)
    assert not poll.done()
    posted = await emulator.user().text("hello")
    assert [update.update_id for update in await poll] == [posted.update_id]


async def test_long_poll_without_updates_ends_at_its_timeout(bot: telegram.Bot) -> None:
    began = time.monotonic()
    assert await bot.get_updates(timeout=1) == ()
    assert 0.9 < time.monotonic() - began < 2.5


async def test_second_poller_breaks_the_first_off_with_conflict(emulator: Emulator, bot: telegram.Bot) -> None:
    async with client(emulator) as other:
        first = asyncio.create_task(bot.get_updates(timeout=5))
        await asyncio.sleep(0.1)
        second = asyncio.create_task(other.get_updates(timeout=5))
        with pytest.raises(Conflict):
            await first
        await emulator.user().text("to the second")
        assert len(await second) == 1


async def test_duplicate_delivery_comes_even_after_confirmation(emulator: Emulator, bot: telegram.Bot) -> None:
    posted = await emulator.user().text("once")
    await bot.get_updates(offset=posted.update_id + 1)
    await emulator.updates.repeat(posted.update_id)
    assert [u.update_id for u in await bot.get_updates(offset=posted.update_id + 1)] == [posted.update_id]
    assert await bot.get_updates(offset=posted.update_id + 1) == ()


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
    await bot.send_photo(chat, b"photo", caption="a photo")
    await bot.send_document(chat, b"document", filename="a.txt")
    await bot.send_voice(chat, b"voice")
    assert [(m.method, m.data) for m in emulator.sent(chat)] == [
        ("sendPhoto", b"photo"),
        ("sendDocument", b"document"),
        ("sendVoice", b"voice"),
    ]
    assert emulator.sent(chat)[0].text == "a photo"


async def test_drafts_reactions_and_menus_are_kept(emulator: Emulator, bot: telegram.Bot) -> None:
    posted = await emulator.user().text("hello")
    await bot.send_message_draft(posted.chat, 7, "thin")
    await bot.set_message_reaction(posted.chat, posted.message_id, "👍")
    await bot.set_my_commands([("help", "Help")], language_code="zh")
    await bot.delete_webhook()
    assert emulator.chats.drafts == [(posted.chat, 7, "thin")]
    assert emulator.chats.reactions == [(posted.chat, posted.message_id, ["👍"])]
    assert emulator.methods.menus == {"zh": {"help": "Help"}}


async def test_texts_beyond_the_rules_are_refused_and_noted(emulator: Emulator, bot: telegram.Bot) -> None:
    chat = emulator.user().id
    await bot.send_message(chat, "🙂" * 2048)
    outside = telegram.MessageEntity("bold", 2, 4)
    half = telegram.MessageEntity("bold", 0, 3)
    for text, entities, reason in (
        ("🙂" * 2048 + "x", None, "too long"),
        (" \n", None, "empty"),
        ("four", [outside], "entity"),
        ("🙂", [half], "entity"),
        ("x" * 200, [telegram.MessageEntity("bold", n, 1) for n in range(101)], "entities"),
    ):
        with pytest.raises(BadRequest, match=f"(?i){reason}"):
            await bot.send_message(chat, text, entities=entities)
    assert len(emulator.violations) == 5


async def test_unknown_or_mistyped_parameters_are_refused(emulator: Emulator) -> None:
    chat = emulator.user().id
    async with httpx.AsyncClient(trust_env=False, base_url=f"{emulator.base_url}/bot{emulator.token}/") as http:
        for method, call in (
            ("sendMessage", {"chat_id": chat, "text": "x", "colour": "red"}),
            ("sendMessage", {"chat_id": chat}),
            ("sendMessage", {"chat_id": chat, "text": "x", "message_thread_id": "many"}),
            ("sendMessage", {"chat_id": chat, "text": "x", "reply_parameters": {"message_id": 1, "colour": "red"}}),
            ("sendVideo", {"chat_id": chat, "video": "x"}),
            ("sendNothing", {}),
        ):
            answer = await http.post(method, json=call)
            assert answer.json()["ok"] is False
        assert (await http.post("SENDMESSAGE", json={"chat_id": chat, "text": "x"})).json()["ok"] is True
    assert len(emulator.violations) == 6


async def test_wrong_token_unknown_and_blocking_chats_are_told(emulator: Emulator, bot: telegram.Bot) -> None:
    with pytest.raises(InvalidToken):
        async with client(emulator, "1:wrong"):
            pass
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(4711, "hello")
    ada = emulator.user()
    ada.block()
    with pytest.raises(Forbidden):
        await bot.send_message(ada.id, "hello")
    assert emulator.violations == []


async def test_trouble_comes_as_ordered_and_no_longer(emulator: Emulator, bot: telegram.Bot) -> None:
    ada, bob = emulator.user().id, emulator.user(2, "bob").id
    emulator.fail("sendMessage", chat=ada, retry_after=3)
    await bot.send_message(bob, "unharmed")
    with pytest.raises(RetryAfter) as limited:
        await bot.send_message(ada, "limited")
    assert str(limited.value.retry_after) == "0:00:03"
    emulator.fail("sendMessage", status=502)
    with pytest.raises(NetworkError):
        await bot.send_message(ada, "bad gateway")
    emulator.fail("sendMessage", drop=True)
    with pytest.raises(NetworkError):
        await bot.send_message(ada, "lost on the way")
    assert emulator.sent(ada) == []
    emulator.fail("sendMessage", drop=True, after=True)
    with pytest.raises(NetworkError):
        await bot.send_message(ada, "taken, and nobody told")
    assert [message.text for message in emulator.sent(ada)] == ["taken, and nobody told"]
    emulator.fail("sendMessage", delay=0.3)
    began = time.monotonic()
    await bot.send_message(ada, "slow")
    assert time.monotonic() - began >= 0.3


async def test_state_survives_going_down_and_up_on_the_same_port(emulator: Emulator, bot: telegram.Bot) -> None:
    posted = await emulator.user().text("before")
    address = emulator.base_url
    await emulator.stop()
    with pytest.raises(NetworkError):
        await bot.get_updates()
    await emulator.start()
    assert emulator.base_url == address
    assert [update.update_id for update in await bot.get_updates()] == [posted.update_id]


async def test_a_poll_whose_client_is_gone_does_not_swallow_updates(emulator: Emulator, bot: telegram.Bot) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=20))
    await asyncio.sleep(0.1)
    poll.cancel()
    await asyncio.gather(poll, return_exceptions=True)
    posted = await emulator.user().text("still here")
    assert [update.update_id for update in await bot.get_updates(timeout=1)] == [posted.update_id]


async def test_an_update_that_ptb_would_not_read_whole_is_not_emitted(emulator: Emulator) -> None:
    with pytest.raises(AssertionError):
        await emulator.user().send({"text": "x", "colour": "red"})
