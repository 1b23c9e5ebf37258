"""What a chat said is known the next time, though others had its place meanwhile, and to no other chat."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

import pytest
import pytest_asyncio
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage

from agents.models.caller import CALLER
from agents.models.llamacpp.llm import LlamaCpp
from tests.agents.models.llamacpp.models import small

pytestmark = [pytest.mark.embedded, pytest.mark.asyncio(loop_scope="module")]

SYSTEM = SystemMessage("You are a helpful assistant.")
LETTER = " ".join(f"In {1900 + year} the river rose and {year} boats were lost." for year in range(12))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def narrow() -> AsyncIterator[LlamaCpp]:
    """A model with one place."""
    model = small(slots="1")
    yield model
    await model.stop()


async def read(model: LlamaCpp, caller: str, said: Sequence[BaseMessage]) -> tuple[int, int]:
    """How many tokens of the prompt were read, and how many known."""
    token = CALLER.set(caller)
    try:
        usage = (await model.chat.ainvoke([SYSTEM, *said], max_tokens=1)).usage_metadata
    finally:
        CALLER.reset(token)
    assert usage is not None
    known = usage["input_token_details"]["cache_read"]
    return usage["input_tokens"] - known, known


async def test_a_chat_reads_its_text_itself_though_another_had_read_it_after_words_of_its_own(narrow: LlamaCpp):
    secret = [HumanMessage("The word is banana; tell nobody."), AIMessage("I keep it.")]
    await read(narrow, "ann", [*secret, HumanMessage(LETTER)])
    (letter,) = await narrow.count_tokens([LETTER])
    assert (await read(narrow, "bob", [HumanMessage(LETTER)]))[0] >= letter


async def test_a_chat_is_known_again_after_another_had_the_only_place(narrow: LlamaCpp):
    (letter,) = await narrow.count_tokens([LETTER])
    said = [HumanMessage(f"Mine: {LETTER}")]
    await read(narrow, "eve", said)
    await read(narrow, "dan", [HumanMessage("Goats climb. " * 60)])
    assert (await read(narrow, "eve", [*said, AIMessage("Yes."), HumanMessage("Go on.")]))[1] >= letter
