"""Commands, wherever they stand and whomever they are for."""

from __future__ import annotations

import pytest

from bot.incoming import IncomingMedia, IncomingText
from tests.bot.telegram.messages import (
    NAME,
    OWNER,
    PHOTO,
    VOICE,
    edited,
    entity,
    in_group,
    message,
    read,
    taken,
)


def command(text: str) -> dict[str, object]:
    return {"text": text, "entities": [entity("bot_command", text.split()[0])]}


@pytest.mark.parametrize(
    ("text", "name", "arguments"),
    [
        ("/start", "start", ""),
        ("/START Deep-Link_1", "start", "Deep-Link_1"),
        ("/help@parley_test_bot", "help", ""),
        ("/Reset@Parley_Test_Bot now  please ", "reset", "now  please"),
        ("/language zh", "language", "zh"),
        ("/settings\ntranscript never", "settings", "transcript never"),
        ("/nothing_we_know", "nothing_we_know", ""),
    ],
)
def test_commands_are_read_with_their_arguments(text: str, name: str, arguments: str) -> None:
    said = taken(message(**command(text)))
    assert (said.command, said.arguments, said.parts) == (name, arguments, ())


def test_arguments_behind_characters_outside_the_basic_plane_are_whole() -> None:
    assert taken(message(**command("/start 🙂 x"))).arguments == "🙂 x"


def test_a_command_may_stand_in_a_caption() -> None:
    said = taken(message(photo=PHOTO, caption="/help", caption_entities=[entity("bot_command", "/help")]))
    assert said.command == "help"
    assert [part.kind for part in said.parts] == ["photo"]


def test_a_command_brings_what_it_answers() -> None:
    said = taken(message(**command("/transcript"), reply_to_message={**message(voice=VOICE), "message_id": 2}))
    (part,) = said.parts
    assert isinstance(part, IncomingMedia) and (part.quoted, part.message) == (True, "2")


def test_a_command_in_the_middle_or_for_another_bot_is_text() -> None:
    middle = taken(message(text="try /help", entities=[entity("bot_command", "/help", 4)]))
    other = taken(message(**command("/help@other_bot")))
    assert (middle.command, middle.parts) == (None, (IncomingText(text="try /help", message="5"),))
    assert (other.command, other.parts) == (None, (IncomingText(text="/help@other_bot", message="5"),))


def test_a_forwarded_command_is_not_obeyed() -> None:
    origin = {"type": "hidden_user", "date": 1_600_000_000, "sender_user_name": "x"}
    assert taken(message(**command("/reset"), forward_origin=origin)).command is None


def test_customers_of_a_business_command_nothing() -> None:
    raw = message(**command("/reset"), business_connection_id="b1")
    said = read(raw, "business_message", host=OWNER)
    assert said is not None and said.command is None


def test_in_a_group_commands_without_an_addressee_count_when_we_have_them() -> None:
    assert in_group(**command("/help")) is not None
    assert in_group(**command("/ban")) is None
    unknown = in_group(**command(f"/ban{NAME}"))
    assert unknown is not None and unknown.command == "ban"


def test_a_command_may_be_corrected() -> None:
    said = taken(edited(**command("/reset")), "edited_message")
    assert (said.command, said.edited) == ("reset", True)
