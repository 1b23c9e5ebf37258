"""Buttons and reactions."""

from __future__ import annotations

from typing import Any

from bot.incoming import Incoming, Pressed, Reacted
from bot.telegram.marks import press_of
from tests.bot.telegram.messages import ADA, GROUP, ME, OWNER, PRIVATE, SENT, own, read, taken


def query(message: dict[str, Any] | None, **more: Any) -> dict[str, Any]:
    content = {"id": "4001", "from": ADA, "chat_instance": "1", "data": "good:12", **more}
    return {**content, **({"message": message} if message else {})}


def reaction(*new: dict[str, Any], chat: dict[str, Any] = PRIVATE, **who: Any) -> dict[str, Any]:
    content = {"chat": chat, "message_id": 4, "date": SENT, "old_reaction": [], "new_reaction": list(new)}
    return {**content, **(who or {"user": ADA})}


def pressed(raw: dict[str, Any], **how: Any) -> Incoming:
    return taken(raw, "callback_query", **how)


def test_a_press_tells_what_for_under_which_message_and_by_whom() -> None:
    said = pressed(query(own(PRIVATE, text="An answer.")))
    assert said.act == Pressed(what="good:12", message="4")
    assert (said.chat, said.sender.id, said.crowd, said.parts) == ("1001", "1001", False, ())
    assert press_of(said) == "4001"


def test_a_press_is_the_same_whichever_update_brings_it() -> None:
    raw = query(own(PRIVATE, text="An answer."))
    assert pressed(raw, number=1).key == pressed(raw, number=2).key
    assert pressed(raw).key != pressed({**raw, "id": "4002"}).key


def test_a_press_in_a_topic_or_in_a_business_chat_is_of_that_conversation() -> None:
    forum = own({**GROUP, "is_forum": True}, text="x", message_thread_id=33, is_topic_message=True)
    assert (pressed(query(forum)).chat, pressed(query(forum)).crowd) == ("-2001:33", True)
    said = pressed(query(own(PRIVATE, text="x", business_connection_id="b1")), host=OWNER)
    assert (said.chat, said.host) == ("1001@b1", OWNER)


def test_a_press_under_a_message_too_old_to_be_shown_counts() -> None:
    said = pressed(query({"chat": PRIVATE, "message_id": 2, "date": 0}))
    assert (said.chat, said.act) == ("1001", Pressed(what="good:12", message="2"))


def test_presses_without_message_or_data_are_left_alone() -> None:
    assert read(query(None, inline_message_id="7"), "callback_query") is None
    game = query(own(PRIVATE, text="x"))
    del game["data"]
    assert read({**game, "game_short_name": "chess"}, "callback_query") is None


def test_a_reaction_tells_what_it_is_now() -> None:
    emoji = {"type": "emoji", "emoji": "👍"}
    custom = {"type": "custom_emoji", "custom_emoji_id": "5"}
    said = taken(reaction(emoji, custom, {"type": "paid"}), "message_reaction")
    assert said.act == Reacted(message="4", reactions=("👍", "custom", "paid"))
    assert (said.chat, said.sender.id, said.line) == ("1001", "1001", "1001/marks")
    assert taken(reaction(), "message_reaction").act == Reacted(message="4")


def test_two_reactions_of_the_same_second_are_two() -> None:
    raw = reaction({"type": "emoji", "emoji": "👍"})
    assert taken(raw, "message_reaction", number=1).key != taken(raw, "message_reaction", number=2).key


def test_reactions_of_nobody_in_particular_and_of_bots_are_left_alone() -> None:
    emoji = {"type": "emoji", "emoji": "👍"}
    assert read(reaction(emoji, chat=GROUP, actor_chat=GROUP), "message_reaction") is None
    assert read(reaction(emoji, chat=GROUP, user=ME.to_dict()), "message_reaction") is None
    assert taken(reaction(emoji, chat=GROUP), "message_reaction").crowd
