"""Time to the first token late in a chat beside the first turn's: what was said before is not read again.

The whole way of a turn on the embedded language model. Its prompt is kept shorter than usual, and its answers too, so
that history is cut within the turns that are measured: its beginning moves on every few turns.
"""

from __future__ import annotations

import asyncio
import statistics
from collections.abc import AsyncIterator

from agents.assistant import Assistant
from tests.bench.figures import Figure
from tests.bench.local import SUBJECTS, Chat, assistant_on, language_model
from tests.bench.scale import Scale

__all__ = ["measure"]

_SHORT = {"prompt": "450", "reply": "24"}
_WAYS = ("Tell me about {}.", "What is known about {}?", "Why do people like {}?", "Give me a tip about {}.")


async def measure(scale: Scale) -> AsyncIterator[Figure]:
    late = scale.of(range(15, 26), range(2, 3))
    chats = scale.of(2, 1)
    async with language_model(scale, **_SHORT) as model:
        assistant = assistant_on(model)
        await model.start(assistant.opening())
        took: dict[int, list[float]] = {}
        talks = [Chat(assistant, f"chat {number}") for number in range(chats)]
        for turn in range(1, late[-1] + 1):
            for number, chat in enumerate(talks):
                seconds, _ = await asyncio.create_task(chat.asks(_question(turn, number)))
                took.setdefault(turn, []).append(seconds)
        beginnings = took[1] + [await _beginning(assistant, number) for number in range(scale.of(5, 1))]
    usual = statistics.median(beginnings)
    later = [seconds for turn in late for seconds in took[turn]]
    yield Figure("first token at turn 1 of a chat with the local model, p50", usual, "s")
    yield Figure(
        f"first token at turns {late[0]} to {late[-1]}, p50 to turn 1", statistics.median(later) / usual, "x", 1.3
    )
    yield Figure("the slowest of them, to turn 1", max(later) / usual, "x")


def _question(turn: int, chat: int) -> str:
    return _WAYS[turn % len(_WAYS)].format(SUBJECTS[(turn * 3 + chat * 7) % len(SUBJECTS)])


async def _beginning(assistant: Assistant, number: int) -> float:
    """Seconds until the first token of a chat that begins."""
    seconds, _ = await asyncio.create_task(Chat(assistant, f"another chat {number}").asks(_question(number, 5)))
    return seconds
