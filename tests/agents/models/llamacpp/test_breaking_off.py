"""A llama.cpp child that is killed in the middle of an answer: the answer begins again, with the next model if any."""

from __future__ import annotations

import os
import signal
from typing import Any

import pytest

from agents.assistant import Assistant
from agents.models.fallback import either
from agents.models.metrics import Metrics
from agents.models.scripted import ScriptedLLM
from agents.ports import Senses
from agents.values import Answered, Delta, Event, Restarted, Text, Turn
from bot.texts import Texts
from tests.agents.house import streamed
from tests.agents.models.llamacpp.models import pid, small

pytestmark = pytest.mark.embedded

ASKED = Turn((Text("Tell me a long story about a dog."),))


async def test_a_turn_whose_model_is_killed_in_mid_answer_is_answered_whole_by_itself_or_by_the_next() -> None:
    model = small(reply="60")
    for llm, after, restarts in (
        (model, model.card.reference, 2),  # the story is cut where its tokens end, and then told with that
        (either("llm", [model, ScriptedLLM.of(["A dog lives by the sea."])], Metrics()), "scripted:echo", 1),
    ):
        await llm.start()
        events = await _killed_in_mid_answer(llm, model)
        answered = events[-1]
        assert isinstance(answered, Answered)
        assert streamed(events) == answered.reply.text
        assert sum(isinstance(event, Restarted) for event in events) == restarts
        steps = [(step.model, step.error) for step in answered.trace.steps if step.name == "answer"]
        assert steps == [(model.card.reference, "model-crashed"), (after, None)]
    await model.stop()
    assert answered.reply.text == "A dog lives by the sea."


async def _killed_in_mid_answer(llm: Any, model: Any) -> list[Event]:
    events: list[Event] = []
    async for event in Assistant(Senses(), llm, Texts()).answer(ASKED):
        if isinstance(event, Delta) and not any(isinstance(one, Delta) for one in events):
            os.kill(pid(model), signal.SIGKILL)
        events.append(event)
    return events
