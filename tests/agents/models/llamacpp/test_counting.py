"""What is counted of a local language model: its tokens, those it knew already, its times, and the child's memory."""

from __future__ import annotations

import pytest
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage

from agents.models.caller import CALLER
from agents.models.llamacpp.llm import LlamaCpp
from agents.models.making import Making
from tests.agents.models.llamacpp.models import folder, reference

pytestmark = pytest.mark.embedded


async def test_two_turns_count_their_tokens_what_was_known_and_the_childs_memory() -> None:
    making = Making(reference(), folder, devices=("cpu",))

    def value(name: str, **labels: str) -> float:
        found = making.metrics.registry.get_sample_value(
            f"parley_model_{name}", {"model": str(making.reference), "device": "cpu", **labels}
        )
        return 0.0 if found is None else found

    CALLER.set("ada")  # whose place is kept
    model = LlamaCpp.made(making)
    first = [SystemMessage("You are a helpful assistant."), HumanMessage("Tell me a long story about a dog.")]
    answer = await model.chat.ainvoke(first, max_tokens=12)
    assert value("tokens_total", kind="reply") == 12
    prompt = value("tokens_total", kind="prompt")
    assert prompt > 10
    assert value("cached_tokens_total") < prompt
    assert value("first_token_seconds_count") == value("run_seconds_count") == value("queue_seconds_count") == 1
    await model.chat.ainvoke([*first, AIMessage(answer.text), HumanMessage("Go on.")], max_tokens=4)
    assert value("cached_tokens_total") > prompt / 2, "the first turn stands there still"
    assert value("loaded") == value("load_seconds_count") == 1
    assert value("memory_bytes", kind="measured") > 50_000_000
    await model.stop()
    assert value("memory_bytes", kind="measured") == 0
