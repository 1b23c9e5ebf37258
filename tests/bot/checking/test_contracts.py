"""A model that breaks a promise of its port is found out, and one that keeps them all passes."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from agents.errors import ModelCrashed
from agents.models.host import Host
from agents.models.hosted import HostedEmbedder, HostedSense
from agents.models.ladder import Rung
from agents.models.scripted import ScriptedLLM, ScriptedSense
from agents.models.scripted_llm import Script
from agents.ports import Card, LanguageModelCard
from agents.values import Finding
from bot.checking.contracts import contracts_of

NUMBERS = count()
CARD = Card("test:x", confidence="none")


class Reader:
    """Reads what ``find`` gives for a batch."""

    def __init__(self, find: Any) -> None:
        self.find = find

    def read(self, pictures: Sequence[Any]) -> list[list[Finding]]:
        found: list[list[Finding]] = self.find(pictures)
        return found

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        vectors: NDArray[np.float32] = self.find(texts)
        return vectors


async def broken(role: str, model: Any) -> list[str]:
    return [contract.name for contract in [one async for one in contracts_of(role, model)] if not contract.ok]


async def reading(find: Any) -> list[str]:
    model = HostedSense(CARD, Host("test:x", [Rung(lambda: Reader(find))]), Reader.read, deadline=10)
    try:
        return await broken("ocr", model)
    finally:
        await model.stop()


async def test_a_reader_that_keeps_its_promises_passes() -> None:
    assert await reading(lambda items: [[Finding("a", 0.5)] for _ in items]) == []


@pytest.mark.parametrize(
    ("find", "name"),
    [
        (lambda items: [[Finding("a", 0.5)] for _ in items or [None]], "nothing in, nothing out"),
        (lambda items: [[Finding("a", 0.5)] for _ in items[:1]], "one answer an item"),
        (lambda items: [[Finding("a", 1.5)] for _ in items], "confidence from 0 to 1, text that is not blank"),
        (lambda items: [[Finding(" ", 0.5)] for _ in items], "confidence from 0 to 1, text that is not blank"),
        (lambda items: [[Finding(str(len(items)), 0.5)] for _ in items], "together as one by one"),
        (lambda items: [[Finding(str(next(NUMBERS)), 0.5)] for _ in items], "the same again"),
    ],
)
async def test_a_reader_that_breaks_one_is_found_out(find: Any, name: str) -> None:
    assert name in await reading(find)


async def test_a_model_elsewhere_is_held_to_what_can_be_seen_of_it() -> None:
    assert await broken("ocr", ScriptedSense([Finding("a", 0.5)])) == []
    names = [one.name async for one in contracts_of("ocr", ScriptedSense(ModelCrashed("x")))]
    assert names == ["confidence from 0 to 1, text that is not blank", "the same again"]
    assert await broken("ocr", ScriptedSense(ModelCrashed("x"))) == names


@pytest.mark.parametrize(("length", "kept"), [(1.0, True), (2.0, False)])
async def test_vectors_are_measured(length: float, kept: bool) -> None:
    port = Reader(lambda texts: np.tile(np.array([[0.0, length]], np.float32), (len(texts), 1)))
    model = HostedEmbedder(CARD, Host("test:x", [Rung(lambda: port)]), Reader.embed, deadline=10)
    assert ("vectors of length 1" not in await broken("embeddings", model)) is kept
    await model.stop()


@pytest.mark.parametrize(
    ("script", "card", "names"),
    [
        (lambda _: "hello there", {}, []),
        (lambda _: f"answer {next(NUMBERS)}", {}, ["pieces join to the whole"]),
        (lambda _: "no JSON", {"json_schema": True}, ["JSON keeps to a schema"]),
        (lambda _: "blue", {"images": True}, ["a picture is seen"]),
        (lambda _: "It is red.", {"images": True}, []),
    ],
)
async def test_a_language_model_is_held_to_its_port_and_to_its_card(
    script: Script, card: dict[str, bool], names: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    declared = LanguageModelCard("scripted:x", 4000, 2000, 256, **card)
    model = ScriptedLLM.of(script, card=declared)
    monkeypatch.setattr(
        type(model.chat),
        "with_structured_output",
        lambda chat, schema: chat | _json(),
        raising=False,
    )
    assert await broken("llm", model) == names


def _json() -> Any:
    from langchain_core.output_parsers import JsonOutputParser

    return JsonOutputParser()


async def test_tokens_that_are_counted_wrongly_are_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    async def same(self: ScriptedLLM, texts: Sequence[str]) -> list[int]:
        return [7] * len(texts)

    monkeypatch.setattr(ScriptedLLM, "count_tokens", same)
    assert await broken("llm", ScriptedLLM.of(["hello"])) == ["longer text never counts less"]
