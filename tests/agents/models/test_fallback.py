"""Senses and embedders made of several models: the next answers in time, and it is known who did."""

from __future__ import annotations

import asyncio
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from agents.errors import (
    MediaUnreadable,
    ModelBusy,
    ModelCrashed,
    ModelError,
    ModelLate,
    ModelOutOfMemory,
    ModelRefused,
    ModelUnavailable,
)
from agents.limits import Limits
from agents.models.fallback import either
from agents.models.metrics import Metrics
from agents.ports import Card, Found, Sound
from agents.values import Finding
from tests.agents.models.test_breaker import Clock

HERE, THERE = Finding("a cat", 0.9), Finding("a tabby cat on a chair", 0.7)


class Sense:
    """Fills ``agents.ports.Sense`` with an answer or an error, which a test may change, after so many seconds."""

    def __init__(self, card: Card, answer: list[Finding] | Exception, seconds: float) -> None:
        self.card, self.answer, self.seconds = card, answer, seconds
        self.items: list[Any] = []

    async def load(self) -> None:
        if isinstance(self.answer, ModelUnavailable):
            raise self.answer

    async def stop(self) -> None:
        """There is nothing to let go of."""

    async def perceive(self, item: Any) -> list[Finding]:
        self.items.append(item)
        await asyncio.sleep(self.seconds)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def sense(name: str, answer: list[Finding] | Exception, *, seconds: float = 0.0, **card: Any) -> Sense:
    return Sense(Card(f"scripted:{name}", **card), answer, seconds)


def of(*senses: Any, limits: Limits | None = None, clock: Any = None, metrics: Metrics | None = None) -> Any:
    return either("caption", senses, metrics or Metrics(), limits, **({"clock": clock} if clock else {}))


def test_one_model_alone_is_itself() -> None:
    alone = sense("a", [])
    assert of(alone) is alone


async def test_the_first_answers_while_it_can_and_the_next_when_it_cannot() -> None:
    first, second = sense("a", [THERE], sure_from=0.9), sense("b", [HERE])
    both = of(first, second)
    found = await both.perceive("x")
    assert found == [THERE] and found.card.reference == "scripted:a"
    first.answer = ModelCrashed("scripted:a")
    found = await both.perceive("y")
    assert found == [HERE] and found.card.reference == "scripted:b"
    assert (first.items, second.items) == (["x", "y"], ["y"])


async def test_nothing_found_is_an_answer_too() -> None:
    first, second = sense("a", []), sense("b", [HERE])
    found = await of(first, second).perceive("x")
    assert found == [] and isinstance(found, Found) and found.card.reference == "scripted:a"
    assert second.items == []


@pytest.mark.parametrize(
    "error", [ModelUnavailable("a"), ModelOutOfMemory("a"), ModelBusy("a"), ModelLate("a"), ModelRefused("a")]
)
async def test_whatever_keeps_the_first_from_answering_the_second_does(error: ModelError) -> None:
    assert await of(sense("a", error), sense("b", [HERE])).perceive("x") == [HERE]


async def test_what_is_no_error_of_a_model_is_nothing_another_could_help_with() -> None:
    second = sense("b", [HERE])
    with pytest.raises(MediaUnreadable):
        await of(sense("a", MediaUnreadable("empty")), second).perceive("x")
    assert second.items == []


async def test_one_that_never_answers_leaves_the_next_half_of_the_time_and_is_counted() -> None:
    metrics = Metrics()
    silent, local = sense("a", [THERE], seconds=1000), sense("b", [HERE], seconds=0.1)
    both = of(silent, local, limits=Limits(sense_deadline=1.0), metrics=metrics)
    async with asyncio.timeout(30):
        assert await both.perceive("x") == [HERE]
    failed = metrics.registry.get_sample_value(
        "parley_model_errors_total", {"model": "scripted:a", "device": "", "code": "model-late"}
    )
    assert failed == 1


async def test_a_recording_gives_the_first_as_much_more_time_as_it_is_long() -> None:
    ears = either("asr", [sense("a", [THERE], seconds=0.3), sense("b", [HERE])], Metrics(), Limits(sense_deadline=0.2))
    assert await ears.perceive(Sound(np.zeros(16_000 * 60, np.float32))) == [THERE]
    assert await ears.perceive(Sound(np.zeros(16_000 * 4, np.float32))) == [THERE]
    assert await ears.perceive(Sound(np.zeros(160, np.float32))) == [HERE]


async def test_a_model_that_keeps_failing_is_asked_no_more_until_its_time_is_over() -> None:
    clock = Clock()
    first, second = sense("a", ModelCrashed("scripted:a")), sense("b", [HERE])
    both = of(first, second, clock=clock)
    for _ in range(6):
        assert await both.perceive("x") == [HERE]
    assert len(first.items) == 3
    assert both.card.reference == "scripted:b"
    clock.now += 6
    assert both.card.reference == "scripted:a"
    first.answer = [THERE]
    assert await both.perceive("x") == [THERE]
    assert await both.perceive("x") == [THERE]


async def test_a_probe_that_was_cancelled_keeps_nobody_from_the_model() -> None:
    clock = Clock()
    first, second = sense("a", ModelUnavailable("scripted:a")), sense("b", [HERE])
    both = of(first, second, clock=clock)
    await both.perceive("x")
    clock.now += 6
    first.answer, first.seconds = [THERE], 1000
    probe = asyncio.create_task(both.perceive("x"))
    await asyncio.sleep(0)
    assert await both.perceive("y") == [HERE]
    probe.cancel()
    with pytest.raises(asyncio.CancelledError):
        await probe
    first.seconds = 0
    assert await both.perceive("x") == [THERE]


async def test_when_all_are_left_alone_the_one_that_may_be_tried_soonest_is_asked() -> None:
    first = sense("a", ModelBusy("scripted:a", retry_after=50))
    second = sense("b", ModelBusy("scripted:b", retry_after=20))
    both = of(first, second, clock=Clock())
    with pytest.raises(ModelBusy):
        await both.perceive("x")
    second.answer = [HERE]
    assert both.card.reference == "scripted:b"
    assert await both.perceive("x") == [HERE]
    assert len(first.items) == 1


@pytest.mark.parametrize(
    ("errors", "told"),
    [
        ([ModelBusy("a", retry_after=90), ModelBusy("b", retry_after=20), ModelCrashed("c")], "b"),
        ([ModelBusy("a"), ModelUnavailable("b")], "a"),
        ([ModelCrashed("a"), ModelLate("b"), ModelUnavailable("c")], "b"),
        ([ModelUnavailable("a"), ModelRefused("b")], "a"),
        ([ModelUnavailable("a"), ModelUnavailable("b")], "b"),
    ],
)
async def test_of_all_their_errors_the_one_that_says_when_to_ask_again_is_told(
    errors: list[ModelError], told: str
) -> None:
    with pytest.raises(ModelError) as caught:
        await of(*(sense(error.model, error) for error in errors)).perceive("x")
    assert caught.value.model == told


async def test_loading_fails_only_when_none_of_them_loads() -> None:
    missing, here = sense("a", ModelUnavailable("scripted:a")), sense("b", [HERE])
    both = of(missing, here)
    await both.load()
    assert await both.perceive("x") == [HERE]
    assert missing.items == []
    with pytest.raises(ModelUnavailable):
        await of(missing, sense("c", ModelUnavailable("scripted:c"))).load()
    await both.stop()


async def test_the_card_is_that_of_who_is_asked_next_and_knows_the_others() -> None:
    both = of(sense("a", ModelUnavailable("scripted:a"), sentences=True), sense("b", [HERE], sentences=False))
    assert both.card.sentences and both.card.of("scripted:b").sentences is False
    assert both.card.of("scripted:elsewhere") == both.card
    await both.perceive("x")
    assert not both.card.sentences and both.card.of("scripted:a").sentences


class _Embedder:
    def __init__(self, name: str, length: int, error: ModelError | None = None) -> None:
        self.card = Card(f"scripted:{name}")
        self._vector = np.ones(length, np.float32) / np.sqrt(length)
        self._error = error

    async def load(self) -> None:
        """There is nothing to load."""

    async def stop(self) -> None:
        """There is nothing to let go of."""

    async def embed(self, text: str) -> NDArray[np.float32]:
        if self._error:
            raise self._error
        return self._vector


async def test_vectors_come_from_the_same_model_elsewhere_and_never_from_one_of_another_length() -> None:
    first, same, other = _Embedder("a", 4), _Embedder("b", 4), _Embedder("c", 8)
    several = either("embeddings", [first, other, same], Metrics())
    assert len(await several.embed("x")) == 4
    first._error = ModelCrashed("scripted:a")
    for _ in range(5):
        assert len(await several.embed("x")) == 4
    same._error = ModelCrashed("scripted:b")
    with pytest.raises(ModelError):
        await several.embed("x")


async def test_the_first_models_length_counts_though_another_answered_before_it() -> None:
    first, other = _Embedder("a", 4, ModelCrashed("scripted:a")), _Embedder("b", 8)
    several = either("embeddings", [first, other], Metrics())
    assert len(await several.embed("x")) == 8
    first._error = None
    assert len(await several.embed("x")) == 4
    first._error = ModelCrashed("scripted:a")
    with pytest.raises(ModelError):
        await several.embed("x")
