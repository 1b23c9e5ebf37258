"""A language model in this process: its window, its deadline, who leaves while it loads or writes, who shares it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from typing import Any, ClassVar

import pytest
from langchain_core.messages import AIMessage, AIMessageChunk, HumanMessage, SystemMessage
from PIL import Image

from agents.errors import ModelLate, ModelRefused, ModelUnavailable, ReferenceInvalid
from agents.models.hosted import HostedSense
from agents.models.making import Making
from agents.models.picture_urls import picture_url
from agents.models.reference import ModelReference
from agents.models.transformers.answer import Answer
from agents.models.transformers.llm import TransformersLLM, VisionLLM
from agents.models.transformers.text import TextModel
from agents.models.transformers.vlm import VisionLanguageModel
from tests.metered import counted
from tests.tiny.kept import text_model, vision_model
from tests.waiting import until

LONG = 3000  # tokens that are not written to the end when the reader leaves
PICTURE = {"type": "image_url", "image_url": {"url": picture_url(Image.new("RGB", (60, 40), "red"), 512)}}


class Watched(TextModel):
    """Keeps the answers in the order in which they came; loading waits for ``gate``."""

    answers: ClassVar[list[Answer]] = []
    gate = threading.Event()
    loads = 0

    def __init__(self, reference: ModelReference, folder: Path | None) -> None:
        assert self.gate.wait(30)
        type(self).loads += 1
        super().__init__(reference, folder)

    def advance(self, answers: Sequence[Answer]) -> list[Any]:
        self.answers.extend(answer for answer in answers if answer not in self.answers)
        return super().advance(answers)


class WatchedLLM(TransformersLLM):
    _adapter = Watched


@asynccontextmanager
async def watched(options: str = "", deadline: float = 60.0, context: int = 4096) -> AsyncIterator[WatchedLLM]:
    Watched.gate.set()
    Watched.loads = 0
    Watched.answers.clear()
    reference = ModelReference.parse(f"transformers:tiny?context={context}&prompt=256{options}")
    llm = WatchedLLM(Making(reference, text_model, answer_deadline=deadline))
    try:
        yield llm
    finally:
        Watched.gate.set()
        await llm.stop()


def tokens(chunk: AIMessageChunk) -> int:
    return chunk.usage_metadata["output_tokens"] if chunk.usage_metadata else 0


async def test_the_model_is_free_within_a_token_of_a_reader_who_leaves():
    async with watched() as llm:
        async with aclosing(llm.chat.astream("Tell me all.", max_tokens=LONG)) as chunks:
            async for _ in chunks:
                break
        assert (await llm.chat.ainvoke("And now?", max_tokens=3)).text
        left, served = Watched.answers
        assert len(served.written) == 3
        assert len(left.written) < LONG


async def test_a_cancelled_answer_ends_and_one_beside_it_is_served():
    async with watched() as llm:
        await llm.start()
        first = asyncio.create_task(llm.chat.ainvoke("Tell me all.", max_tokens=LONG))
        await until(lambda: len(Watched.answers) == 2, 30)
        second = asyncio.create_task(llm.chat.ainvoke("And now?", max_tokens=3))
        await asyncio.sleep(0)  # it stands in the queue now
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        assert (await second).text
        assert len(Watched.answers[1].written) < LONG


async def test_leaving_while_it_loads_leaves_it_to_load_for_the_next():
    async with watched() as llm:
        Watched.gate.clear()
        leaver = asyncio.create_task(llm.chat.ainvoke("Hello", max_tokens=2))
        await asyncio.sleep(0.05)
        leaver.cancel()
        with pytest.raises(asyncio.CancelledError):
            await leaver
        Watched.gate.set()
        assert (await llm.chat.ainvoke("Hello", max_tokens=2)).text
        assert Watched.loads == 1


async def test_two_that_load_it_at_once_share_one():
    async with watched() as llm:
        await asyncio.gather(llm.start(), llm.start(), llm.chat.ainvoke("Hello", max_tokens=2))
        assert Watched.loads == 1


async def test_a_deadline_ends_the_answer_and_the_model_is_free():
    async with watched(deadline=0.4) as llm:
        await llm._host.load()
        with pytest.raises(ModelLate):
            await llm.chat.ainvoke("Tell me all.", max_tokens=LONG)
        await llm._host.load()  # waits behind the answer that ends
        assert len(Watched.answers[-1].written) < LONG
        assert counted(llm._host.metrics, "errors_total", code="model-late") == 1


async def test_a_prompt_beyond_the_window_is_refused_and_the_next_is_served():
    async with watched() as llm:
        with pytest.raises(ModelRefused, match="window 4096"):
            await llm.chat.ainvoke("word " * 1000)
        assert (await llm.chat.ainvoke("Hello", max_tokens=2)).text


async def test_an_answer_ends_where_the_window_does_and_tells_why():
    async with watched(context=512) as llm:
        answer = await llm.chat.ainvoke("w" * 400, max_tokens=LONG)
        assert answer.usage_metadata is not None
        assert answer.usage_metadata["total_tokens"] == 512
        assert answer.response_metadata["finish_reason"] == "length"


async def test_a_model_of_a_smaller_window_than_asked_for_keeps_to_its_own():
    llm = TransformersLLM.made(Making(ModelReference.parse("transformers:tiny?context=100000"), text_model))
    with pytest.raises(ModelRefused, match="window 4096"):
        await llm.chat.ainvoke("word " * 1000)
    await llm.stop()


async def test_what_a_sender_writes_is_no_mark():
    async with watched() as llm:
        plain = await llm.chat.ainvoke("x |im_end| y", max_tokens=1)
        marked = await llm.chat.ainvoke("x<|im_end|>y", max_tokens=1)
        assert plain.usage_metadata["input_tokens"] == marked.usage_metadata["input_tokens"]
        assert await llm.count_tokens(["x<|im_end|>y"]) == [len("x |im_end| y")]


async def test_at_temperature_zero_the_same_is_said_again():
    async with watched("&temperature=0") as llm:
        said = [(await llm.chat.ainvoke("Hello", max_tokens=12)).text for _ in range(2)]
        assert said[0] == said[1]
        drawn = {(await llm.chat.ainvoke("Hello", max_tokens=12, temperature=2)).text for _ in range(3)}
        assert len(drawn) > 1


async def test_half_precision_on_the_cpu():
    async with watched("&dtype=bfloat16") as llm:
        assert (await llm.chat.ainvoke("Hello", max_tokens=3)).text


async def test_a_text_model_takes_no_pictures():
    async with watched() as llm:
        assert not llm.card.images
        with pytest.raises(ModelRefused, match="no pictures"):
            await llm.chat.ainvoke([HumanMessage([PICTURE])], max_tokens=2)


async def test_counting_does_not_wait_for_an_answer_that_is_being_written():
    async with watched() as llm:
        await llm.start()
        writing = asyncio.create_task(llm.chat.ainvoke("Tell me all.", max_tokens=LONG))
        await asyncio.sleep(0.01)
        assert await llm.count_tokens(["one", ""]) == [3, 0]
        assert not writing.done()
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)


async def test_one_loaded_model_captions_answers_and_chats():
    loads: list[None] = []

    class Counted(VisionLanguageModel):
        def __init__(self, reference: ModelReference, folder: Path | None) -> None:
            loads.append(None)
            super().__init__(reference, folder)

    class CountedLLM(VisionLLM):
        _adapter = Counted

    making = Making(ModelReference.parse("vlm:tiny?brief=4&temperature=0"), vision_model)
    llm = CountedLLM.made(making)
    captioner: HostedSense[Any, Any] = HostedSense(
        Counted.declare(making.reference), making.host(Counted), Counted.caption, deadline=60
    )
    assert llm.card.images
    found = await captioner.perceive(Image.new("RGB", (50, 50), "blue"))
    seen = await llm.chat.ainvoke([SystemMessage("Hi"), HumanMessage([PICTURE, "What is it?"])], max_tokens=6)
    blind = await llm.chat.ainvoke([SystemMessage("Hi"), HumanMessage("What is it?")], max_tokens=6)
    assert found and seen.text and seen.text != blind.text
    assert len(loads) == 1
    await llm.stop()
    with pytest.raises(ModelUnavailable):
        await captioner.perceive(Image.new("RGB", (50, 50)))


@pytest.mark.parametrize(
    ("kind", "reference", "told"),
    [
        (TransformersLLM, "transformers:x?contxt=1", "did you mean context"),
        (TransformersLLM, "transformers:x?pixels=99999", "no option 'pixels'"),
        (TransformersLLM, "transformers:x?context=1024&prompt=1000&reply=100", "do not fit the context"),
        (TransformersLLM, "transformers:x?quant=3bit", "quant"),
        (VisionLLM, "vlm:x?pixels=10", "pixels is a whole number from 16384"),
        (VisionLLM, "vlm:x?sure=0.2&half=0.5", "half"),
        (VisionLanguageModel, "vlm:x?device=gpu", "device is one of"),
        (VisionLanguageModel, "vlm:x?dtype=int4", "dtype is one of"),
        (VisionLanguageModel, "vlm:x?temperature=hot", "temperature is a number"),
    ],
)
def test_a_wrong_option_is_refused_before_anything_is_loaded(kind: Any, reference: str, told: str):
    with pytest.raises(ReferenceInvalid, match=told):
        kind.declare(ModelReference.parse(reference))


@pytest.mark.parametrize(("name", "kind"), [("text", TransformersLLM), ("LLaVA", VisionLLM)])
async def test_a_template_that_refuses_system_messages_is_still_told(copied: Any, name: str, kind: Any):
    place = copied(name)
    template = place / "chat_template.jinja"
    refusing = "{% if messages[0].role == 'system' %}{{ raise_exception('no system') }}{% endif %}"
    refusing += "{% if messages[-1].role == 'assistant' %}{{ raise_exception('no turn') }}{% endif %}"
    template.write_text(refusing + template.read_text())
    llm = kind.made(
        Making(ModelReference.parse(f"{'vlm' if name == 'LLaVA' else 'transformers'}:{place}"), lambda: None)
    )
    told = await llm.chat.ainvoke([SystemMessage("Be brief."), HumanMessage("Hello")], max_tokens=2)
    untold = await llm.chat.ainvoke([HumanMessage("Hello")], max_tokens=2)
    assert told.usage_metadata["input_tokens"] - untold.usage_metadata["input_tokens"] >= len("Be brief.")
    with pytest.raises(ModelRefused, match="template"):
        await llm.chat.ainvoke([HumanMessage("Hello"), AIMessage("Hi")], max_tokens=2)
    await llm.stop()
