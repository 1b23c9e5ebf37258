"""The fakes behave like the models they stand for."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from langchain_core.messages import HumanMessage, SystemMessage
from PIL import Image

from agents.errors import ModelCrashed, ModelUnavailable
from agents.models.scripted import (
    Broken,
    ScriptedCaptioner,
    ScriptedLLM,
    ScriptedSense,
    ScriptedTextReader,
    ScriptedTranscriber,
    ScriptedVisualQA,
)
from agents.ports import Question, Sound
from agents.values import Finding


def reference(name: str, **options: str):
    return SimpleNamespace(backend="scripted", name=name, revision=None, options=options)


PICTURE = Image.new("RGB", (4, 4))


def test_options_of_the_reference_become_findings_for_every_item():
    adapter = ScriptedTranscriber(reference("transcript", text="hello|again", confidence="0.7", language="en"))
    sound = Sound(np.zeros(10, np.float32))
    expected = [Finding("hello", 0.7, language="en"), Finding("again", 0.7, language="en")]
    assert adapter.transcribe([sound, sound]) == [expected, expected]


def test_each_sense_answers_with_one_list_an_item():
    assert len(ScriptedCaptioner(reference("caption")).caption([PICTURE] * 3)) == 3
    assert len(ScriptedTextReader(reference("ocr")).read([PICTURE] * 2)) == 2
    assert len(ScriptedVisualQA(reference("vqa")).answer([Question(PICTURE, "?")])) == 1


def test_an_empty_text_means_nothing_was_found():
    assert ScriptedTextReader(reference("ocr", text="")).read([PICTURE]) == [[]]


def test_failures_can_be_scripted_at_load_and_at_call():
    with pytest.raises(ModelUnavailable):
        ScriptedCaptioner(reference("caption", fail="load"))
    with pytest.raises(ModelCrashed):
        ScriptedCaptioner(reference("caption", fail="crash")).caption([PICTURE])


def test_a_card_is_declared_without_loading():
    card = ScriptedTranscriber.declare(reference("transcript", languages="en,zh", sure="0.5"))
    assert card.languages == {"en", "zh"}
    assert card.sure_from == 0.5


async def test_a_sense_records_its_items_and_raises_what_it_is_told():
    sense = ScriptedSense(lambda item: [Finding(f"saw {item}", 1.0)])
    assert await sense.perceive("x") == [Finding("saw x", 1.0)]
    assert sense.items == ["x"]
    with pytest.raises(ModelCrashed):
        await ScriptedSense(ModelCrashed("scripted:sense")).perceive("x")


async def test_the_language_model_streams_and_records_its_prompt():
    llm = ScriptedLLM(reference("echo"))
    prompt = [SystemMessage("be kind"), HumanMessage("my name is Ada")]
    chunks = [chunk async for chunk in llm.chat.astream(prompt)]
    assert "".join(str(chunk.content) for chunk in chunks) == "You said: my name is Ada"
    assert len(chunks) > 3
    assert sum(chunk.usage_metadata["output_tokens"] for chunk in chunks if chunk.usage_metadata) == 6
    assert llm.prompts == [prompt]


async def test_replies_can_be_listed_and_break_off():
    llm = ScriptedLLM.of([Broken("half an ", ModelCrashed("scripted:echo")), "whole"])
    seen = []
    with pytest.raises(ModelCrashed):
        async for chunk in llm.chat.astream([HumanMessage("hi")]):
            seen.append(chunk.content)
    assert seen == ["half ", "an "]
    assert [str(c.content) async for c in llm.chat.astream([HumanMessage("hi")])] == ["whole", ""]
    assert (await llm.chat.ainvoke([HumanMessage("hi")])).content == "whole"


async def test_counting_tokens_grows_with_the_text():
    llm = ScriptedLLM(reference("echo", budget="100"))
    assert await llm.count_tokens(["", "two words", "面" * 30]) == [0, 2, 10]
    assert llm.card.prompt_budget == 100
