"""Long answers are whole; one that had to be cut says so."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from langchain_core.messages import AIMessageChunk, BaseMessage, HumanMessage

from agents.assistant import Assistant
from agents.limits import Limits
from agents.models.openai.llm import OpenAIChat
from agents.outlet import Held
from agents.ports import LanguageModelCard
from agents.recording import Recorder
from agents.speaking import speak
from bot.texts import Texts
from tests.agents.house import House
from tests.agents.models.openai.makings import making
from tests.agents.models.openai.scripted_host import ScriptedHost, chat

STEPS = "\n".join(
    f"{number}. Step number {number} of this is unlike the {number * 7919 % 1000} others." for number in range(1, 1001)
)
CUT = {"en": "breaks off here", "zh": "到这里中断了"}


async def test_an_answer_as_long_as_any_that_models_are_asked_for_is_whole() -> None:
    answered = await House([STEPS]).ask("Please tell me all the steps.")
    assert len(STEPS) > 50_000
    assert answered.reply.text == STEPS


@pytest.mark.parametrize(
    ("question", "language"), [("Please tell me all the steps.", "en"), ("请告诉我所有步骤。", "zh")]
)
async def test_one_without_end_is_cut_at_a_line_and_says_so_in_the_language_of_the_question(
    question: str, language: str
) -> None:
    answered = await House([STEPS], limits=Limits(max_reply=6_000)).ask(question)
    answer, told = answered.reply.text.rsplit("\n\n", 1)
    assert STEPS.startswith(f"{answer}\n")
    assert len(answer) > 5_900
    assert CUT[language] in told


async def test_code_that_was_cut_is_closed_before_that_is_said() -> None:
    answered = await House([f"Here it is:\n```py\n{STEPS}\n```\nDone."], limits=Limits(max_reply=6_000)).ask(
        "Code, please."
    )
    code, told = answered.reply.text.rsplit("\n```\n\n", 1)
    assert code.startswith("Here it is:\n```py\n1. Step")
    assert CUT["en"] in told


class Hasty:
    """Fills ``agents.ports.LanguageModel``: its only piece has the text and why it ended."""

    card = LanguageModelCard("scripted:hasty", 4000, 2000, 256)

    @property
    def chat(self) -> Hasty:
        return self

    async def astream(self, messages: list[BaseMessage]) -> AsyncIterator[AIMessageChunk]:
        yield AIMessageChunk(
            "All of this is said and done by now. But then the ha", response_metadata={"finish_reason": "length"}
        )


async def test_the_words_that_come_with_the_end_are_kept() -> None:
    spoken = await speak(Hasty(), [HumanMessage("Hi")], Limits(), Recorder(), Held())  # type: ignore[arg-type]
    assert (spoken.text, spoken.cut, spoken.error) == ("All of this is said and done by now.", "length", None)


async def test_an_answer_for_which_the_model_had_no_more_tokens_says_so_too() -> None:
    async with ScriptedHost(
        chat({"content": "All of this is said and done by now. But then the ha"}, finish="length")
    ) as host:
        house = House()
        llm = OpenAIChat.made(making(host.reference(), answer_deadline=60))
        house.assistant = Assistant(house.senses, llm, Texts(), Limits())
        answered = await house.ask("Please tell me everything.")
        await llm.stop()
    answer, told = answered.reply.text.split("\n\n")
    assert answer == "All of this is said and done by now."
    assert CUT["en"] in told
