"""What is counted of models on other hosts, whatever those send."""

from __future__ import annotations

import json

import pytest

from agents.errors import ModelBusy, ModelCrashed, ModelLate
from agents.models.making import Making
from tests.agents.models.openai.makings import making
from tests.agents.models.openai.roles import ask
from tests.agents.models.openai.scripted_host import Script, ScriptedHost, complaint, said
from tests.bench.stub_llm import StubLLM


def value(making: Making, name: str, **labels: str) -> float | None:
    labels = {"model": str(making.reference), "device": "", **labels}
    return making.metrics.registry.get_sample_value(f"parley_model_{name}", labels)


def answer_with(usage: object) -> Script:
    events = [{"choices": [{"delta": {"content": "yes"}}]}, {"choices": [], "usage": usage}]
    lines = "".join(f"data: {json.dumps(event)}\n\n" for event in events)
    return Script(f"{lines}data: [DONE]\n\n".encode(), kind="text/event-stream")


async def test_an_answer_counts_its_tokens_and_its_times() -> None:
    async with ScriptedHost(said("yes indeed")) as host:
        made = making(host.reference())
        await ask("llm", made)
    assert value(made, "run_seconds_count") == 1
    assert value(made, "first_token_seconds_count") == 1
    assert value(made, "tokens_total", kind="prompt") == 7
    assert value(made, "tokens_total", kind="reply") == 3
    assert value(made, "errors_total", code="model-crashed") is None


@pytest.mark.parametrize(
    ("usage", "prompt", "cached"),
    [
        ({"prompt_tokens": 9, "completion_tokens": 1, "prompt_tokens_details": {"cached_tokens": 8}}, 9, 8),
        ({"prompt_tokens": 9, "completion_tokens": 1, "prompt_tokens_details": None}, 9, 0),
        ({"prompt_tokens": 9, "completion_tokens": 1, "prompt_tokens_details": {"cached_tokens": None}}, 9, 0),
        ({"prompt_tokens": -9, "completion_tokens": 1, "prompt_tokens_details": {"cached_tokens": -1}}, 0, 0),
        ({"prompt_tokens": 10**30, "completion_tokens": 1}, 10**8, 0),
    ],
)
async def test_what_a_host_says_it_used_is_counted_within_reason(usage: object, prompt: int, cached: int) -> None:
    async with ScriptedHost(answer_with(usage)) as host:
        made = making(host.reference())
        await ask("llm", made)
    assert value(made, "tokens_total", kind="prompt") == prompt
    assert value(made, "cached_tokens_total") == cached


async def test_a_usage_that_is_none_is_a_crash_and_counted_as_one() -> None:
    async with ScriptedHost(
        answer_with({"prompt_tokens": 1, "completion_tokens": 1, "prompt_tokens_details": 3})
    ) as host:
        made = making(host.reference())
        with pytest.raises(ModelCrashed):
            await ask("llm", made)
    assert value(made, "errors_total", code="model-crashed") == 1


async def test_failures_are_counted_by_their_code() -> None:
    async with StubLLM(0, status=429) as stub:
        made = making(stub.reference)
        with pytest.raises(ModelBusy):
            await ask("llm", made)
    assert value(made, "errors_total", code="model-busy") == 1
    async with StubLLM(silent=True) as stub:
        made = making(stub.reference, answer_deadline=0.2)
        with pytest.raises(ModelLate):
            await ask("llm", made)
    assert value(made, "errors_total", code="model-late") == 1


async def test_recordings_and_texts_to_embed_are_counted_by_the_call() -> None:
    async with ScriptedHost(complaint(400), Script({"text": "hello"})) as host:
        made = making(host.reference())
        await ask("asr", made)
    assert value(made, "errors_total", code="model-refused") == 1, "the first form was refused"
    assert value(made, "run_seconds_count") == 1
    async with ScriptedHost(Script({"data": [{"embedding": [3.0, 4.0]}]})) as host:
        made = making(host.reference())
        await ask("embeddings", made)
    assert value(made, "run_seconds_count") == 1


async def test_a_picture_nobody_describes_in_time_is_counted_as_late() -> None:
    async with StubLLM(silent=True) as stub:
        made = making(stub.reference, sense_deadline=0.2)
        with pytest.raises(ModelLate):
            await ask("caption", made)
    assert value(made, "errors_total", code="model-late") == 1
