"""A host elsewhere that speaks OpenAI's wire: whatever it does, the caller gets an answer or a known error, in time."""

from __future__ import annotations

import asyncio
import json
import socket
import time

import pytest
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage

from agents.errors import (
    ModelBusy,
    ModelCrashed,
    ModelError,
    ModelLate,
    ModelRefused,
    ModelUnavailable,
    ReferenceInvalid,
)
from agents.models.openai.llm import OpenAIChat, estimated_tokens
from agents.models.reference import ModelReference
from tests.agents.models.openai.makings import making
from tests.agents.models.openai.scripted_host import Script, ScriptedHost, chat, said
from tests.bench.stub_llm import StubLLM

PROMPT = [SystemMessage("Be brief."), HumanMessage("Hi"), AIMessage("Hello"), HumanMessage("Where can I eat?")]


def model(stub: StubLLM, deadline: float = 5.0, options: str = "") -> OpenAIChat:
    return OpenAIChat(making(stub.reference + options, answer_deadline=deadline))


async def test_what_is_asked_goes_out_as_the_wire_wants_it() -> None:
    async with StubLLM(0) as stub:
        llm = model(stub, options="?context=4000&reply=50")
        await llm.chat.ainvoke(PROMPT)
        (asked,) = stub.asked
        await llm.stop()
    assert asked["model"] == "stub"
    assert asked["max_tokens"] == 50
    assert [message["role"] for message in asked["messages"]] == ["system", "user", "assistant", "user"]
    assert asked["messages"][-1]["content"] == "Where can I eat?"


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, ModelRefused),
        (401, ModelUnavailable),
        (404, ModelUnavailable),
        (413, ModelRefused),
        (429, ModelBusy),
        (500, ModelCrashed),
        (503, ModelBusy),
    ],
)
async def test_a_status_becomes_one_of_our_errors_and_is_not_tried_again(status: int, error: type[ModelError]) -> None:
    async with StubLLM(0, status=status) as stub:
        llm = model(stub)
        with pytest.raises(error):
            await llm.chat.ainvoke(PROMPT)
        assert len(stub.asked) == 1
        await llm.stop()


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<html>",
        "data: {",
        "data: []\n\n",
        "data: null\n\n",
        'data: {"error": "no"}\n\n',
        'data: {"choices": [{"delta": null}]}\n\ndata: [DONE]\n\n',
        'data: {"choices": [], "usage": {"prompt_tokens": "many"}}\n\ndata: [DONE]\n\n',
        f"data: {json.dumps({'choices': [{'delta': {'content': 'cut'}}]})}\n\n",
    ],
)
async def test_an_answer_that_is_none_is_a_crash(body: str) -> None:
    async with StubLLM(0, body=body or "\n") as stub:
        llm = model(stub)
        with pytest.raises(ModelCrashed):
            await llm.chat.ainvoke(PROMPT)
        await llm.stop()


async def test_a_host_that_falls_silent_is_late() -> None:
    async with StubLLM(silent=True) as stub:
        llm = model(stub, deadline=0.3)
        began = time.monotonic()
        with pytest.raises(ModelLate):
            await llm.chat.ainvoke(PROMPT)
        assert time.monotonic() - began < 3
        await llm.stop()


async def test_a_host_that_is_not_there_is_told_at_start_and_a_crash_when_asked() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # taken, and nobody listens
        stub = StubLLM()
        stub.port = taken.getsockname()[1]
        llm = model(stub)
        with pytest.raises(ModelUnavailable):
            await llm.start()
        with pytest.raises(ModelCrashed):
            await llm.chat.ainvoke(PROMPT)
        await llm.stop()


async def test_a_proxy_of_the_users_never_sees_a_prompt(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    async with StubLLM(0) as stub:
        llm = model(stub)
        await llm.start()
        assert (await llm.chat.ainvoke(PROMPT)).text == stub.reply
        await llm.stop()


async def test_what_many_answers_bring_at_once_is_whole_in_each() -> None:
    async with StubLLM(0.1) as stub:
        llm = model(stub)
        answers = await asyncio.gather(*(llm.chat.ainvoke(PROMPT) for _ in range(40)))
        assert {answer.text for answer in answers} == {stub.reply}
        await llm.stop()


@pytest.mark.parametrize(("server", "kept"), [("uvicorn", "keep-alive"), ("llama.cpp", "close")])
async def test_connections_are_kept_but_to_a_server_that_closes_them_without_a_word(server: str, kept: str) -> None:
    answer = said("yes")
    async with ScriptedHost(Script(answer.body, kind=answer.kind, headers={"Server": server})) as host:
        llm = OpenAIChat(making(host.reference()))
        for _ in range(3):
            await llm.chat.ainvoke(PROMPT)
        await llm.stop()
    assert [asked.headers.get("Connection", "keep-alive") for asked in host.asked] == ["close", kept, kept]


async def test_it_serves_again_after_a_stop() -> None:
    async with StubLLM(0) as stub:
        llm = model(stub)
        await llm.start()
        await llm.stop()
        await llm.stop()
        assert (await llm.chat.ainvoke(PROMPT)).text == stub.reply
        await llm.stop()


@pytest.mark.parametrize(
    "text",
    [
        "openai:gpt",
        "openai:http://host/v1",
        "openai:http://host/v1#",
        "openai:ftp://host/v1#m",
        "openai:http://host:99999/v1#m",
        "openai:http://host/v1#m?context=100000000",
        "openai:http://host/v1#m?context=1000&prompt=900&reply=200",
        "openai:http://host/v1#m?threads=2",
    ],
)
def test_a_reference_that_cannot_be_used_is_refused_with_what_to_write(text: str) -> None:
    with pytest.raises(ReferenceInvalid):
        OpenAIChat.declare(ModelReference.parse(text))


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("The noodles at the corner are good.", 8),  # as o200k_base counts
        ("1234567890", 10),  # as Qwen counts: digit by digit
        ("角落里的面条很好吃。", 10),
        ("🙂", 1),
    ],
)
def test_tokens_are_never_estimated_too_low(text: str, tokens: int) -> None:
    assert tokens <= estimated_tokens(text) <= 2 * tokens


async def test_as_many_tokens_as_were_asked_for_arrive_however_long_their_events_are() -> None:
    deltas = [{"content": "word ", "of_its_own": "y" * 3_000}] * 3_000  # 9 MB
    async with ScriptedHost(chat(*deltas)) as host:
        llm = OpenAIChat(making(host.reference("?context=8000&reply=3000"), answer_deadline=60))
        answer = await llm.chat.ainvoke(PROMPT)
        await llm.stop()
    assert answer.text == "word " * 3_000
