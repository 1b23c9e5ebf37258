"""Updates with anything anywhere in them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import structlog
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.incoming import Incoming
from tests.bot.telegram.api import BUSINESS, Api, command, intake, press, update
from tests.bot.telegram.conftest import Kept
from tests.bot.telegram.messages import (
    ADA,
    GROUP,
    ME,
    MENTION,
    NAME,
    PHOTO,
    PRIVATE,
    SENT,
    VIDEO,
    VOICE,
    edited,
    message,
    own,
)


def _updates() -> Iterator[dict[str, Any]]:
    forum = {**GROUP, "is_forum": True}
    quoting = message(
        forum, text=f"{NAME} x", entities=[MENTION], reply_to_message=own(photo=PHOTO), is_topic_message=True
    )
    origin = {"type": "user", "date": 1, "sender_user": ADA}
    sticker = {**PHOTO[0], "type": "regular", "is_animated": False, "is_video": True, "emoji": "🙂"}
    yield update("message", {**quoting, "message_thread_id": 3, "quote": {"text": "x", "position": 0}})
    yield update("message", message(photo=PHOTO, caption="x", media_group_id="1", forward_origin=origin))
    yield update("message", message(voice=VOICE, external_reply={"origin": origin, "video": VIDEO}))
    yield update("message", message(document={**VOICE, "file_name": "a.txt", "mime_type": "text/plain"}))
    yield update("message", message(sticker=sticker))
    yield update("message", command("/start"))
    yield update("message", message(GROUP, migrate_to_chat_id=-5))
    yield update("edited_message", edited(video=VIDEO, caption="x"))
    yield BUSINESS
    yield update("business_connection", Api().connection("b1"))
    yield press("good:1")
    reaction = {"chat": GROUP, "message_id": 4, "date": SENT, "old_reaction": [], "user": ADA}
    yield update("message_reaction", {**reaction, "new_reaction": [{"type": "emoji", "emoji": "👍"}]})
    member = {"user": ME.to_dict(), "status": "member"}
    changed = {"chat": PRIVATE, "from": ADA, "date": SENT, "old_chat_member": member, "new_chat_member": member}
    yield update("my_chat_member", changed)


_VALID = list(_updates())
_ODD = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    keys = value.keys() if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield value, key
        yield from _places(value[key])


def test_every_update_that_is_varied_below_is_taken_as_it_is() -> None:
    with structlog.testing.capture_logs() as logged:
        asyncio.run(intake(Api(), Kept()).read(deepcopy(_VALID)))
    assert [entry.get("kind") or entry["status"] for entry in logged] == ["business_connection", "member"]


def test_no_update_whatever_is_in_it_breaks_the_reading() -> None:
    with asyncio.Runner() as runner, structlog.testing.capture_logs():

        @settings(max_examples=200, deadline=None)  # a busy machine is no fault
        @given(
            base=st.sampled_from(_VALID),
            changes=st.lists(st.tuples(st.integers(0, 10**6), _ODD), min_size=1, max_size=3),
        )
        def holds(base: dict[str, Any], changes: list[tuple[int, Any]]) -> None:
            raw = deepcopy(base)
            for number, odd in changes:
                places = list(_places(raw))
                holder, key = places[number % len(places)]
                holder[key] = odd
            for chat in runner.run(intake(Api(), Kept()).read([raw])):
                assert [Incoming.of(said.model_dump_json()) for said in chat] == chat

        holds()
