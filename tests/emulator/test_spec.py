"""The Bot API's own description judges calls too."""

from __future__ import annotations

import os

import pytest
import telegram
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, ReplyParameters

from tests import pictures
from tests.emulator import Emulator
from tests.emulator.spec import VARIABLE, Spec


def field(name: str, *types: str, required: bool = False) -> dict[str, object]:
    return {"name": name, "types": list(types), "required": required}


SPEC = Spec(
    {
        "methods": {
            "sendThing": {
                "fields": [
                    field("chat_id", "Integer", "String", required=True),
                    field("thing", "InputFile", required=True),
                    field("marks", "Array of Mark"),
                    field("quiet", "Boolean"),
                    field("kind", "Kind"),
                ]
            }
        },
        "types": {
            "Mark": {"fields": [field("offset", "Integer", required=True), field("url", "String")]},
            "Kind": {"subtypes": ["Mark"]},
        },
    }
)


@pytest.mark.parametrize(
    ("fields", "files", "problems"),
    [
        ({"chat_id": "5", "marks": '[{"offset": 1, "url": "5"}]', "quiet": "true"}, {"thing"}, []),
        ({"chat_id": 5, "thing": "known", "kind": {"offset": 2}}, set(), []),
        ({"chat_id": "5"}, set(), ["sendThing.thing: missing"]),
        ({"chat_id": "5", "thing": "x", "colour": "red"}, set(), ["sendThing.colour: unknown"]),
        ({"chat_id": "5", "quiet": "maybe"}, {"thing"}, ["sendThing.quiet: not Boolean"]),
        ({"chat_id": "5", "marks": '[{"offset": 1, "at": 2}]'}, {"thing"}, ["sendThing.marks: not Array of Mark"]),
        ({"chat_id": "5", "marks": "[{}]"}, {"thing"}, ["sendThing.marks: not Array of Mark"]),
    ],
)
def test_calls_are_judged_by_names_required_fields_and_types(
    fields: dict[str, object], files: set[str], problems: list[str]
) -> None:
    assert SPEC.problems("sendThing", fields, files) == problems


def test_a_method_it_does_not_have_is_a_problem() -> None:
    assert SPEC.problems("sendNothing", {}, ()) == ["sendNothing: no such method"]


@pytest.mark.long
@pytest.mark.skipif(VARIABLE not in os.environ, reason=f"{VARIABLE} names no description of the Bot API")
async def test_every_kind_of_call_passes_the_whole_description(emulator: Emulator, bot: telegram.Bot) -> None:
    ada, forum = emulator.user(), emulator.group(forum=True)
    topic = await emulator.groups.topic(forum, "Garden", ada)
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("👍", callback_data="good")]])
    bold = [telegram.MessageEntity("bold", 0, 1)]
    asked = await ada.text("hello")
    sent = await bot.send_message(
        ada.id, "an answer", entities=bold, reply_markup=keyboard, reply_parameters=ReplyParameters(asked.message_id)
    )
    await sent.edit_text("better", entities=bold, reply_markup=keyboard)
    press = await ada.press(emulator.sent(ada)[0], "👍")
    await bot.answer_callback_query(press.id, "noted")
    await bot.send_message(forum, "here", message_thread_id=topic)
    await bot.send_chat_action(ada.id, "typing")
    await bot.send_message_draft(ada.id, 7, "thin", entities=bold)
    await bot.send_photo(ada.id, pictures.sign("a"), caption="x", caption_entities=bold)
    await bot.send_document(ada.id, b"text", filename="a.txt")
    await bot.send_voice(ada.id, b"voice", duration=3)
    await bot.set_message_reaction(ada.id, asked.message_id, "👍")
    await bot.set_my_commands([("help", "Help")], scope=telegram.BotCommandScopeAllPrivateChats(), language_code="zh")
    await sent.delete()
    await bot.get_webhook_info()
    await bot.get_updates(timeout=0, allowed_updates=["message", "callback_query"])
    assert emulator.violations == []


@pytest.mark.long
@pytest.mark.skipif(VARIABLE not in os.environ, reason=f"{VARIABLE} names no description of the Bot API")
async def test_a_call_of_a_later_bot_api_is_refused(emulator: Emulator, bot: telegram.Bot) -> None:
    with pytest.raises(telegram.error.BadRequest):
        await bot.send_message(emulator.user().id, "x", api_kwargs={"receiver_user_id": 5})
    assert emulator.violations == ["sendMessage: Bad Request: sendMessage.receiver_user_id: unknown"]
