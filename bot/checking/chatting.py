"""The promises of a language model, and of what its card declares."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from agents.models.picture_urls import picture_url
from agents.ports import LanguageModel, LanguageModelCard
from bot.checking.samples import GREETING, circle

__all__ = ["CHATTING", "Chatting"]

_PROMPT = [("human", GREETING)]
_LONG = [("human", "Tell me a very long story about a town by the sea.")]
_SHORT: Mapping[str, Any] = {"max_tokens": 16, "temperature": 0}
_SIDE = 384  # pixels
_SCHEMA = {
    "title": "answer",
    "type": "object",
    "properties": {"colour": {"type": "string", "enum": ["red", "blue"]}},
    "required": ["colour"],
    "additionalProperties": False,
}
_TOOL = {
    "title": "weather",
    "description": "The weather in a city now.",
    "type": "object",
    "properties": {"city": {"type": "string"}},
    "required": ["city"],
}


@dataclass(frozen=True, slots=True)
class Chatting:
    """``keep`` gives what is wrong, or nothing; tried where the card ``applies``."""

    keep: Callable[[LanguageModel], Awaitable[str]]
    applies: Callable[[LanguageModelCard], bool] = lambda _: True


async def _pieces(model: LanguageModel) -> str:
    pieces = [str(chunk.text) async for chunk in model.chat.astream(_PROMPT, **_SHORT)]
    whole = str((await model.chat.ainvoke(_PROMPT, **_SHORT)).text)
    if not whole:
        return "it says nothing"
    return "" if "".join(pieces) == whole else "its pieces are another answer than the whole"


async def _usage(model: LanguageModel) -> str:
    chunks = [chunk async for chunk in model.chat.astream(_PROMPT, **_SHORT)]
    told = [chunk.usage_metadata for chunk in chunks if chunk.usage_metadata]
    return "" if len(told) == 1 and told[0]["output_tokens"] > 0 else f"tokens taken are told {len(told)} times"


async def _counts(model: LanguageModel) -> str:
    counts = await model.count_tokens(["", *("word " * many for many in (1, 10, 100))])
    return "" if counts[0] == 0 and counts == sorted(set(counts)) else f"counts are {counts}"


async def _broken_off(model: LanguageModel) -> str:
    """As many answers as it may write at once and more, each left after its first piece; then one to its end."""
    for _ in range(4):
        async with aclosing(model.chat.astream(_LONG)) as stream:  # type: ignore[type-var]
            await anext(stream, None)
    return "" if (await model.chat.ainvoke(_PROMPT, **_SHORT)).text else "it says nothing afterwards"


async def _cancelled(model: LanguageModel) -> str:
    task = asyncio.create_task(model.chat.ainvoke(_LONG))
    await asyncio.wait([task], timeout=0.2)
    if not task.cancel():
        return ""  # it was done already
    await asyncio.gather(task, return_exceptions=True)
    return "" if (await model.chat.ainvoke(_PROMPT, **_SHORT)).text else "it says nothing afterwards"


async def _at_once(model: LanguageModel) -> str:
    answers = await asyncio.gather(*(model.chat.ainvoke(_PROMPT, **_SHORT) for _ in range(3)))
    return "" if all(answer.text for answer in answers) else "one of three answers at once is empty"


async def _schema(model: LanguageModel) -> str:
    asked = model.chat.with_structured_output(_SCHEMA)
    try:
        answer: Any = await asked.ainvoke([("human", "What colour is blood? Answer in JSON.")])
    except ValueError:
        return "its answer is no JSON"
    return "" if isinstance(answer, dict) and answer.get("colour") in {"red", "blue"} else "its JSON has another shape"


async def _picture(model: LanguageModel) -> str:
    url = picture_url(circle(), _SIDE)
    parts = [{"type": "text", "text": "What color is the circle?"}, {"type": "image_url", "image_url": {"url": url}}]
    answer = str((await model.chat.ainvoke([("human", parts)], **_SHORT)).text)  # type: ignore[list-item]
    return "" if "red" in answer.casefold() else "it does not name the red of a red circle"


async def _tools(model: LanguageModel) -> str:
    answer = await model.chat.bind_tools([_TOOL]).ainvoke([("human", "What is the weather in Paris?")], max_tokens=100)
    return "" if any(call["name"] == "weather" for call in answer.tool_calls) else "it calls no tool"


CHATTING: Mapping[str, Chatting] = {
    "pieces join to the whole": Chatting(_pieces),
    "tokens taken are told once": Chatting(_usage),
    "longer text never counts less": Chatting(_counts),
    "an answer that is left makes room": Chatting(_broken_off),
    "an answer that is cancelled makes room": Chatting(_cancelled),
    "three answers at once": Chatting(_at_once),
    "JSON keeps to a schema": Chatting(_schema, lambda card: card.json_schema),
    "a picture is seen": Chatting(_picture, lambda card: card.images),
    "a tool is called": Chatting(_tools, lambda card: card.tools),
}
