"""One turn from question to kept answer, whichever door it came through."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

from agents.assistant import Assistant
from agents.values import Answered, Event, Turn
from storage.ports import Conversations

__all__ = ["Conversing"]

_REMEMBERED = 40  # answered turns handed to the prompt's builder, which keeps what fits its budget


@dataclass(frozen=True, slots=True)
class Conversing:
    """The assistant with the memory it reads from and writes to."""

    assistant: Assistant
    conversations: Conversations

    async def answer(
        self, conversation: int, turn: int, said: Turn, stop: asyncio.Event | None = None
    ) -> AsyncIterator[Event]:
        """Answer a turn already kept, until ``stop``. The answer is committed before ``Answered`` is passed on."""
        history = await self.conversations.recent(conversation, _REMEMBERED, turn)
        async for event in self.assistant.answer(said, history, stop, caller=str(conversation)):
            if isinstance(event, Answered):
                await self.conversations.answer(turn, event)
            yield event
