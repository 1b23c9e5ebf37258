"""Captions and answers of a vision-language model elsewhere, and how sure of them it was."""

from __future__ import annotations

import math

import pytest

from agents.errors import ModelLate, ModelRefused, ReferenceInvalid
from agents.models.openai.llm import OpenAIChat
from agents.models.openai.vision import OpenAICaptioner, OpenAIVisualQA
from agents.models.reference import ModelReference
from agents.ports import Question
from agents.values import Finding
from tests.agents.models.openai.makings import making
from tests.agents.models.openai.roles import PICTURE
from tests.agents.models.openai.scripted_host import Script, ScriptedHost, complaint, said


async def test_a_caption_is_as_sure_as_its_tokens_were_likely() -> None:
    async with ScriptedHost(said("a blue\nfield ", logprobs=[-0.1, -0.3])) as host:
        eyes = OpenAICaptioner.made(making(host.reference()))
        assert await eyes.perceive(PICTURE) == [Finding("a blue field", pytest.approx(math.exp(-0.2)))]
        await eyes.stop()
    assert host.asked[0].json["logprobs"] is True
    assert host.asked[0].json["temperature"] == 0


async def test_an_answer_that_nobody_tells_the_likelihood_of_is_said_as_a_guess() -> None:
    async with ScriptedHost(said("yes")) as host:
        eyes = OpenAIVisualQA.made(making(host.reference("?sure=0.8&half=0.4")))
        assert await eyes.perceive(Question(PICTURE, "Blue?")) == [Finding("yes", 0.4)]
        assert (eyes.card.sure_from, eyes.card.half_from) == (0.8, 0.4)
        await eyes.stop()


async def test_what_a_host_refuses_is_left_out_from_then_on() -> None:
    """Models that reason first take neither ``logprobs`` nor a temperature."""
    async with ScriptedHost(complaint(400), complaint(400), said("yes"), said("no"), complaint(400)) as host:
        eyes = OpenAIVisualQA.made(making(host.reference()))
        question = Question(PICTURE, "Blue?")
        assert [(await eyes.perceive(question))[0].text for _ in range(2)] == ["yes", "no"]
        with pytest.raises(ModelRefused):
            await eyes.perceive(question)
        await eyes.stop()
    asked = [{"logprobs", "temperature"} & set(one.json) for one in host.asked]
    assert asked == [{"logprobs", "temperature"}, {"temperature"}, set(), set(), set()]


async def test_nothing_said_is_nothing_found_and_a_flood_is_cut() -> None:
    async with ScriptedHost(said(" \u200b "), said("x" * 100_000)) as host:
        eyes = OpenAICaptioner.made(making(host.reference()))
        assert await eyes.perceive(PICTURE) == []
        (found,) = await eyes.perceive(PICTURE)
        assert len(found.text) <= 2_000
        await eyes.stop()


async def test_one_model_serves_three_roles_through_one_client() -> None:
    async with ScriptedHost(Script({"data": []}), said("a field"), said("yes"), said("hello")) as host:
        shared = making(host.reference("?images=on&context=4000"))
        llm, caption, vqa = OpenAIChat.made(shared), OpenAICaptioner.made(shared), OpenAIVisualQA.made(shared)
        await caption.load()
        assert (await caption.perceive(PICTURE))[0].text == "a field"
        assert (await vqa.perceive(Question(PICTURE, "?")))[0].text == "yes"
        assert (await llm.chat.ainvoke("Hi")).text == "hello"
        assert llm.card.images
        await llm.stop()
        assert (await caption.perceive(PICTURE))[0].text == "hello"  # it opens again
        await vqa.stop()
    assert OpenAIChat.made(shared) is llm


async def test_a_sense_is_late_sooner_than_a_chat() -> None:
    async with ScriptedHost(said("x")) as host:
        eyes = OpenAICaptioner.made(making(host.reference(), sense_deadline=0.0, answer_deadline=60))
        with pytest.raises(ModelLate):
            await eyes.perceive(PICTURE)
        await eyes.stop()


@pytest.mark.parametrize(
    ("options", "meant"),
    [
        ("?brieff=9", "did you mean brief?"),
        ("?side=1", "side is a whole number from 64 to 8192"),
        ("?images=yes", "images is one of off, on"),
        ("?limit=max_token", "did you mean max_tokens?"),
        ("?half=0.7", "half is a number from 0.01 to 0.6"),
    ],
)
def test_a_wrong_option_is_refused_with_what_was_meant(options: str, meant: str) -> None:
    for kind in (OpenAICaptioner, OpenAIVisualQA, OpenAIChat):
        with pytest.raises(ReferenceInvalid) as caught:
            kind.declare(ModelReference.parse(f"openai:http://h/v1#m{options}"))
        assert meant in caught.value.remedy
