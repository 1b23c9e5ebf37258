"""Whatever happens to the process that runs llama.cpp, the caller gets an answer or a known error, in time."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from langchain_core.messages import HumanMessage, SystemMessage

from agents.errors import ModelCrashed, ModelLate, ModelUnavailable
from agents.models.llamacpp.llm import LlamaCpp
from agents.models.making import Making
from agents.models.reference import ModelReference
from tests.agents.models.llamacpp.models import folder, pid, reference, small

pytestmark = pytest.mark.embedded

SYSTEM = SystemMessage("You are a helpful assistant.")
SHORT = [SYSTEM, HumanMessage("Say hello.")]
STORY = [SYSTEM, HumanMessage("Tell me a long story about a dog.")]


def long_prompt(word: str, tokens: int = 800) -> list[SystemMessage | HumanMessage]:
    """A second or more of reading before the first piece of an answer."""
    return [SYSTEM, HumanMessage(f"{word} " * tokens)]


async def test_model_killed_between_two_turns_serves_again_within_its_load_and_two_seconds():
    model = small()
    began = time.monotonic()
    await model.start()
    load = time.monotonic() - began
    os.kill(pid(model), signal.SIGKILL)
    began = time.monotonic()
    assert (await model.chat.ainvoke(SHORT, max_tokens=2)).text
    assert time.monotonic() - began < load + 2
    await model.stop()


async def test_model_killed_while_it_streams_says_so_and_serves_again():
    model = small()
    with pytest.raises(ModelCrashed) as caught:
        async for chunk in model.chat.astream(STORY):
            if chunk.content:
                os.kill(pid(model), signal.SIGKILL)
    assert caught.value.retryable
    assert (await model.chat.ainvoke(SHORT, max_tokens=2)).text
    await model.stop()


async def test_model_killed_before_the_first_piece_is_asked_again_unseen():
    model = small()
    await model.start()
    first = pid(model)
    asyncio.get_running_loop().call_later(0.05, os.kill, first, signal.SIGKILL)
    chunks = [chunk async for chunk in model.chat.astream(long_prompt("dog", 400), max_tokens=4)]
    assert [chunk.usage_metadata["input_tokens"] > 400 for chunk in chunks if chunk.usage_metadata] == [True]
    assert pid(model) != first
    await model.stop()


async def test_model_killed_while_a_whole_answer_is_made_is_asked_again_unseen():
    model = small()
    await model.start()
    first = pid(model)
    asyncio.get_running_loop().call_later(0.2, os.kill, first, signal.SIGKILL)
    assert (await model.chat.ainvoke(STORY, max_tokens=100)).text
    assert pid(model) != first
    await model.stop()


async def test_model_killed_while_tokens_are_counted_counts_after_all():
    model = small()
    await model.start()
    os.kill(pid(model), signal.SIGKILL)
    assert await model.count_tokens(["hello"]) == [1]
    await model.stop()


async def test_model_that_dies_at_every_try_is_given_up():
    model = small()

    async def kill_all() -> None:
        while True:
            for child in psutil.Process().children():
                child.kill()
            await asyncio.sleep(0.05)

    killing = asyncio.create_task(kill_all())
    for _ in range(3):
        with pytest.raises((ModelCrashed, ModelUnavailable)):
            await model.chat.ainvoke(SHORT)
    began = time.monotonic()
    for _ in range(5):
        with pytest.raises(ModelUnavailable):
            await model.chat.ainvoke(SHORT)
    killing.cancel()
    with pytest.raises(ModelUnavailable, match="too often"):
        await model.chat.ainvoke(SHORT)
    assert time.monotonic() - began < 20
    await model.stop()


async def cancelled(model: LlamaCpp, after: float) -> None:
    asking = asyncio.create_task(model.chat.ainvoke(long_prompt("dog"), max_tokens=300))
    await asyncio.sleep(after)
    asking.cancel()
    await asyncio.wait([asking])


async def left(model: LlamaCpp) -> None:
    async for chunk in model.chat.astream(STORY):
        if chunk.content:
            break


async def test_who_gives_up_frees_the_slot():
    model = small(slots="1")
    await model.start()
    began = time.monotonic()
    await model.chat.ainvoke(long_prompt("cat"), max_tokens=1)
    reading = time.monotonic() - began
    for given_up in (cancelled(model, reading / 8), left(model)):
        await given_up
        began = time.monotonic()
        assert (await model.chat.ainvoke(SHORT, max_tokens=2)).text
        assert time.monotonic() - began < reading / 2
    await model.stop()


async def test_model_that_hangs_is_late_then_replaced():
    model = small(deadline=30)
    await model.start()
    first = pid(model)
    os.kill(first, signal.SIGSTOP)
    model._engine._deadline = 1.0
    with pytest.raises(ModelLate):
        await model.chat.ainvoke(SHORT)
    model._engine._deadline = 30.0
    assert (await model.chat.ainvoke(SHORT, max_tokens=2)).text
    assert pid(model) != first
    await model.stop()


async def test_files_that_are_no_models_are_refused_in_time(tmp_path: Path):
    whole = next(folder().glob("*.gguf"))
    places = {name: tmp_path / name for name in ("missing.gguf", "text.gguf", "cut.gguf", "rot.gguf", "empty")}
    places["text.gguf"].write_text("not a model")
    places["cut.gguf"].write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    places["rot.gguf"].write_bytes(b"GGUF" + bytes(range(256)) * 40)
    places["empty"].mkdir()
    for place in places.values():
        model = LlamaCpp(Making(ModelReference("llamacpp", str(place)), lambda: None, answer_deadline=30))
        began = time.monotonic()
        with pytest.raises(ModelUnavailable) as caught:
            await model.start()
        assert time.monotonic() - began < 15
        assert str(tmp_path) not in caught.value.detail
        await model.stop()


async def test_loading_that_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    never = tmp_path / "never"
    never.write_text("#!/bin/sh\nsleep 60\n")
    never.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(never))
    model = LlamaCpp(Making(reference(load="1"), folder))
    began = time.monotonic()
    with pytest.raises(ModelUnavailable, match="longer than allowed"):
        await model.start()
    assert time.monotonic() - began < 10
    await model.stop()


_PARENT = """
import asyncio, sys
from pathlib import Path
from agents.models.llamacpp.llm import LlamaCpp
from agents.models.making import Making
from agents.models.reference import ModelReference

async def main():
    model = LlamaCpp(Making(ModelReference.parse("llamacpp:small?system=fixed"), lambda: Path(sys.argv[1])))
    await model.start()
    print(model._engine._supervisor.current.pid, flush=True)
    if sys.argv[2] == "busy":
        await model.chat.ainvoke("Tell me a very long story.")
    await asyncio.sleep(60)

asyncio.run(main())
"""


@pytest.mark.parametrize("doing", ["idle", "busy"])
def test_model_ends_with_the_process_that_started_it(doing: str):
    parent = subprocess.Popen(
        [sys.executable, "-c", _PARENT, str(folder()), doing],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert parent.stdout is not None
    child = psutil.Process(int(next(line for line in parent.stdout if line.strip().isdigit())))
    parent.kill()
    parent.wait()
    parent.stdout.close()
    began = time.monotonic()
    while child.is_running() and child.status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() - began < 2
        time.sleep(0.02)
