"""Commands given in a chat, and the menus made of them."""

from __future__ import annotations

import pytest

from agents.errors import ModelCrashed
from agents.models.scripted import ScriptedSense
from agents.ports import Card, Speech
from agents.values import Finding, Span
from bot.incoming import Incoming, IncomingMedia, Pressed
from bot.orders.choosing import Choosing
from bot.orders.registry import Orders, usual_orders
from bot.stopping import Stops
from bot.texts import LANGUAGES, Texts
from storage.memory import MemoryConversations, MemoryMedia, MemoryPreferences
from tests.agents.house import voice
from tests.bot.line import Shop, open_shop


async def order(shop: Shop, name: str, arguments: str = "", **more: object) -> str:
    await shop.say(command=name, arguments=arguments, **more)
    return shop.texts[-1]


def orders() -> Orders:
    conversations, wording = MemoryConversations(MemoryMedia()), Texts()
    choosing = Choosing.of(MemoryPreferences(), wording, transcripts="always", speaks=True)
    return Orders(usual_orders(conversations, wording, Stops(), choosing), wording)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_menu_is_made_of_the_commands_there_are(language: str) -> None:
    menu = orders().menu(language)
    assert [name for name, _ in menu] == ["start", "help", "reset", "language", "settings", "transcript", "stop"]
    assert all(3 <= len(line) <= 256 for _, line in menu), "Telegram's bounds"


def test_commands_for_admins_are_seen_by_them_alone() -> None:
    class Secret:
        name, for_admins, in_groups = "start", True, False

        async def obey(self, said: Incoming, language: str) -> None: ...

    only = Orders([Secret()], Texts())  # type: ignore[list-item]
    assert only.menu("en") == []
    assert only.names(admin=True) == ("start",)
    assert only.names(admin=True, group=True) == ()


async def test_a_command_nobody_knows_is_said_to_be_unknown() -> None:
    async with open_shop() as shop:
        assert "do not know" in await order(shop, "dance")


async def test_the_language_is_chosen_by_word_or_button_and_holds_for_everything_said() -> None:
    async with open_shop() as shop:
        assert "语言：中文" in await order(shop, "language", "zh")
        assert "照片" in await order(shop, "help")
        await shop.say(act=Pressed(what="set:language:en", message="m0"), message=None)
        assert "Language: English" in shop.line.sent[0].text, "shown in its place"
        assert "photo" in await order(shop, "help", locale="zh")
        await order(shop, "language", "auto")
        assert "照片" in await order(shop, "help", locale="zh")


async def test_answers_come_in_the_language_that_was_chosen_whatever_is_written() -> None:
    async with open_shop() as shop:
        await order(shop, "language", "zh")
        await shop.say("What is the capital of France?")
        assert "都要用中文回答" in str(shop.llm.chat.prompts[-1][0].content)
        await order(shop, "language", "en")
        await shop.say("法国的首都是哪里？")
        assert "Always answer in English" in str(shop.llm.chat.prompts[-1][0].content)
        await order(shop, "language", "auto")
        await shop.say("法国的首都是哪里？")
        assert "都要用中文回答" not in str(shop.llm.chat.prompts[-1][0].content)


async def test_help_tells_the_commands_there_are() -> None:
    async with open_shop() as shop:
        told = await order(shop, "help")
        assert "/transcript – What I heard" in told
        assert "/invite" not in told


async def test_a_choice_of_language_alone_stays_alone_and_among_settings_stays_there() -> None:
    async with open_shop() as shop:
        await order(shop, "settings")
        await order(shop, "language")
        for sent, rows in zip(shop.line.sent, (2, 1), strict=True):
            assert len(sent.choices) == rows
            what = sent.choices[0][1].what
            await shop.say(act=Pressed(what=what, message=sent.id), message=None)
            assert len(sent.choices) == rows


async def test_settings_show_how_they_stand_and_change_at_a_press() -> None:
    async with open_shop() as shop:
        assert "Shown, long ones folded" in await order(shop, "settings")
        buttons = [choice for row in shop.line.sent[0].choices for choice in row]
        assert [each.what for each in buttons if each.label.startswith("✓")] == [
            "set:language:auto",
            "set:transcripts:long-collapsed",
        ]
        await shop.say(act=Pressed(what="set:transcripts:never", message="m0"), message=None)
        assert "Not shown" in shop.line.sent[0].text
        assert await shop.preferences.of("telegram", "7") == {"transcripts": "never"}


@pytest.mark.parametrize("what", ["set:language:fr", "set:spoken:always", "set:x:y", "set:", "set", "set:language"])
async def test_only_what_is_offered_can_be_chosen(what: str) -> None:
    async with open_shop() as shop:
        await shop.say(act=Pressed(what=what, message="m0"), message=None)
        assert shop.texts == []
        assert await shop.preferences.of("telegram", "7") == {}


async def test_choices_are_a_chats_own() -> None:
    async with open_shop() as shop:
        await order(shop, "language", "zh")
        assert "photo" in await order(shop, "help", chat="8", sender="8")


async def test_a_command_for_one_alone_is_not_obeyed_where_others_read_along() -> None:
    class Private:
        name, for_admins, in_groups = "invite", True, False

        async def obey(self, said: Incoming, language: str) -> None:
            raise AssertionError("not here")

    only = Orders([Private()], Texts())  # type: ignore[list-item]
    async with open_shop() as shop:
        said = shop.incoming(command="invite", chat="-100", crowd=True)
        assert "our own" in (await only.obey(said, "en", admin=True)).text


async def test_stop_says_so_when_there_is_nothing_to_stop() -> None:
    async with open_shop() as shop:
        assert "no answer to stop" in await order(shop, "stop")


async def test_the_transcript_is_that_of_the_latest_recording() -> None:
    said = [
        [Finding("Buy milk.", 0.9)],
        [Finding("Call Bob.", 0.9, place=Span(0, 4)), Finding("And then his sister.", 0.4, place=Span(5, 9))],
    ]
    transcriber = ScriptedSense(lambda _: said.pop(0))
    async with open_shop(transcriber=transcriber, files={"voice": voice().data}) as shop:
        assert "no recording" in await order(shop, "transcript")
        for told in ("Buy milk.", "Call Bob. And then his sister."):
            await shop.say(IncomingMedia(kind="voice", ref="voice", media_type="audio/wav"))
            await shop.say("Thank you!")
            assert await order(shop, "transcript") == told
        assert "no recording" in await order(shop, "transcript", chat="8")


class Voicebox:
    """Fills ``agents.ports.Speaker``."""

    card = Card("scripted:voice")

    def __init__(self) -> None:
        self.said: list[str] = []

    async def load(self) -> None: ...

    async def stop(self) -> None: ...

    async def speak(self, text: str, language: str) -> Speech:
        self.said.append(text)
        return Speech(b"OggS", 1.0)


async def test_answers_are_spoken_where_a_chat_wants_that_after_they_are_written() -> None:
    voice = Voicebox()
    async with open_shop(speaker=voice) as shop:
        await shop.say("Hello!")
        await order(shop, "settings")
        await shop.say(act=Pressed(what="set:spoken:voice", message="m1"), message=None)
        await shop.say("Hello!")
        assert voice.said == [], "it was typed"
        await shop.say(act=Pressed(what="set:spoken:always", message="m1"), message=None)
        await shop.say("Hello!")
        written, spoken = shop.line.sent[-2:]
        assert (written.text, written.said.voice) == ("An answer.", None)
        assert (spoken.text, spoken.said.voice) == ("", b"OggS")
        assert voice.said == ["An answer."]


async def test_an_answer_that_cannot_be_spoken_stays_written() -> None:
    class Hoarse(Voicebox):
        async def speak(self, text: str, language: str) -> Speech:
            raise ModelCrashed("scripted:voice")

    async with open_shop(speaker=Hoarse()) as shop:
        await shop.preferences.prefer("telegram", "7", "spoken", "always")
        await shop.say("Hello!")
        assert shop.texts == ["An answer."]
        assert [row async for row in shop.inbox.unfinished()] == []
