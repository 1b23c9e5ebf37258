"""A model that never answers is itself the first to see that it is late: it is counted, and left alone by breakers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import numpy as np
import pytest
from langchain_core.messages import HumanMessage
from PIL import Image

from agents.errors import ModelUnavailable
from agents.limits import Limits
from agents.models.fallback import either
from agents.models.making import Making
from agents.models.metrics import Metrics
from agents.models.openai.asr import OpenAITranscriber
from agents.models.openai.llm import OpenAIChat
from agents.models.openai.vision import OpenAICaptioner
from agents.models.scripted import ScriptedLLM, ScriptedSense
from agents.outlet import Held
from agents.ports import Card, LanguageModelCard, Sound
from agents.recording import Recorder
from agents.sensing import Sensing
from agents.speaking import Spoken, speak
from agents.values import ObservationKind, Outcome
from tests.agents.models.held_engine import Engine
from tests.agents.models.openai.makings import making
from tests.agents.models.openai.raw_host import RawHost
from tests.metered import counted

LIMITS = Limits(sense_deadline=0.2, per_second_of_sound=0.1, answer_deadline=0.2)
PICTURE, SOUND = Image.new("RGB", (8, 8)), Sound(np.full(16_000, 0.1, np.float32))


@pytest.fixture
async def remote() -> AsyncIterator[Making]:
    """A host that accepts and never answers, asked within the limits' deadlines."""
    async with RawHost(end="silence") as host:
        yield making(host.reference(), sense_deadline=LIMITS.sense_deadline, answer_deadline=LIMITS.answer_deadline)


async def sensed(model: Any, item: Any, limits: Limits = LIMITS) -> Outcome:
    sensed = await Sensing(limits, Recorder(), lambda _: None).sense(ObservationKind.CAPTION, model, item, 0)
    assert sensed.trouble is not None
    return sensed.observations[0].outcome


async def spoken(llm: Any, recorder: Recorder) -> Spoken:
    return await speak(llm, [HumanMessage("Hello")], LIMITS, recorder, Held())


def late(metrics: Metrics) -> float:
    return counted(metrics, "errors_total", code="model-late")


@pytest.fixture
def held(engine: Engine) -> Iterator[Engine]:
    engine.gate.clear()
    yield engine
    engine.gate.set()


@pytest.mark.parametrize("item", [PICTURE, SOUND], ids=["picture", "sound"])
async def test_a_model_in_this_process(hosted: Callable[..., Any], held: Engine, item: Any) -> None:
    model = hosted(held, deadline=LIMITS.perceiving)
    assert await sensed(model, item) is Outcome.LATE
    assert late(model.host.metrics) == 1


async def test_a_captioner_on_another_host(remote: Making) -> None:
    captioner = OpenAICaptioner.made(remote)
    assert await sensed(captioner, PICTURE) is Outcome.LATE
    assert late(remote.metrics) == 1
    await captioner.stop()


async def test_a_transcriber_on_another_host(remote: Making) -> None:
    limits = Limits(sense_deadline=LIMITS.sense_deadline)
    transcriber = OpenAITranscriber.made(remote)
    assert await sensed(transcriber, SOUND, limits) is Outcome.LATE
    assert late(remote.metrics) == 1
    await transcriber.stop()


async def test_a_language_model_on_another_host_which_is_not_asked_again(remote: Making) -> None:
    recorder, llm = Recorder(), OpenAIChat.made(remote)
    assert (await spoken(llm, recorder)).error == "model-late"
    assert late(remote.metrics) == 1
    await llm.stop()
    assert [step.error for step in recorder.trace(()).steps] == ["model-late"]


async def test_the_last_of_several_senses(hosted: Callable[..., Any], held: Engine) -> None:
    first = ScriptedSense(ModelUnavailable("scripted:first"), card=Card("scripted:first"))
    last, metrics = hosted(held, deadline=60), Metrics()
    both = either("caption", [first, last], metrics, LIMITS)
    for _ in range(3):
        assert await sensed(both, PICTURE) is Outcome.LATE
    assert late(metrics) == 3
    assert counted(metrics, "breaker_state", model=last.card.reference, state="open") == 1


async def test_the_last_of_several_language_models(remote: Making) -> None:
    card = LanguageModelCard("scripted:first", 4000, 2000, 256)
    first = ScriptedLLM.of([ModelUnavailable("scripted:first")], card=card)
    last = OpenAIChat.made(making(str(remote.reference), answer_deadline=60))
    metrics = Metrics()
    both = either("llm", [first, last], metrics, LIMITS)
    assert (await spoken(both, Recorder())).error == "model-late"
    assert late(metrics) == 1
    await both.stop()
