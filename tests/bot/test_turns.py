"""Turns: rows that cannot be worked on at all end as dead letters instead of being tried without end."""

from __future__ import annotations

import pytest

from agents.assistant import Assistant
from agents.models.scripted import ScriptedLLM
from agents.ports import Senses
from bot.access import Access
from bot.conversing import Conversing
from bot.inbox import Desk, Patience
from bot.incoming import Incoming, IncomingText, Sender
from bot.notices import Notices
from bot.texts import Texts
from bot.turns import Turns
from storage.memory import MemoryConversations, MemoryInbox, MemoryMedia
from storage.ports import Arrival

GOOD = Incoming(
    channel="gone", chat="1", key="1", sender=Sender(id="1"), parts=(IncomingText(text="hi"),)
).model_dump_json()


@pytest.mark.parametrize(("payload", "code"), [("{}", "payload-unreadable"), (GOOD, "channel-unknown")])
async def test_a_row_of_another_version_or_channel_is_buried_at_once_and_its_worker_lives(
    payload: str, code: str
) -> None:
    inbox, wording, access = MemoryInbox(), Texts(), Access(everybody=True)
    assistant = Assistant(Senses(), ScriptedLLM.of(["fine"]), wording)
    turns = Turns({}, Conversing(assistant, MemoryConversations(MemoryMedia())), inbox, access, wording)
    notices = Notices({}, access, wording)
    desk = Desk(inbox, turns.work, notices.buried, notices.delayed, workers=1, patience=Patience(backoff=0.01))
    await inbox.accept([Arrival("gone", "1", "1", payload), Arrival("gone", "1", "2", payload)])
    await desk.start()
    await desk.idle()
    await desk.stop()
    dead = [row async for row in inbox.dead()]
    assert [(row.error, row.attempts) for row in dead] == [(code, 1), (code, 1)]
