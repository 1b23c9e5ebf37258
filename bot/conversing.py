"""One turn from question to kept answer, whichever door it came through."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from agents.assistant import Assistant
from agents.values import Answered, Event, Turn
from storage.ports import Conversations, Heard

__all__ = ["Conversing"]

_REMEMBERED = 40  # answered turns handed to the prompt's builder, which keeps what fits its budget


@dataclass(frozen=True, slots=True)
class Conversing:
    """The assistant with the memory it reads from and writes to."""

    assistant: Assistant
    conversations: Conversations

    async def hear(
        self,
        channel: str,
        chat: str,
        said: Turn,
        *,
        sender_id: str | None = None,
        inbox: int | None = None,
        messages: Sequence[str | None] = (),
        replaces: int | None = None,
    ) -> Heard:
        """Keep what was said in a chat; see ``storage.ports.Conversations.hear``."""
        return await self.conversations.hear(
            channel,
            chat,
            said,
            sender_id=sender_id,
            inbox=inbox,
            remembered=_REMEMBERED,
            messages=messages,
            replaces=replaces,
        )

    async def answer(self, heard: Heard, said: Turn, stop: asyncio.Event | None = None) -> AsyncIterator[Event]:
        """Answer a turn that was kept, until ``stop``. The answer is committed before ``Answered`` is passed on."""
        async for event in self.assistant.answer(said, heard.history, stop, caller=str(heard.conversation)):
            if isinstance(event, Answered):
                await self.conversations.answer(heard.turn, event)
            yield event
