"""What settings make of the models."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from agents.errors import ModelLate, ModelUnavailable
from agents.models.reference import ModelReference
from agents.models.scripted import ScriptedCaptioner, ScriptedLLM
from agents.ports import Question, Sound
from agents.values import Finding
from bot import backends, models
from bot.models import Loaded, Models
from bot.settings import Settings


async def test_only_listening_is_given_time_by_the_length_of_recordings() -> None:
    settings = Settings(
        _env_file=None,
        profile="scripted",
        asr="scripted:transcript?seconds=0.5",
        caption="scripted:caption?seconds=0.5",
        sense_deadline=0.1,
        max_audio_minutes=1,
    )
    models = Models(settings)
    listener, captioner = models.senses.transcriber, models.senses.captioner
    assert listener
    assert captioner
    assert await listener.perceive(Sound(np.zeros(16_000, np.float32)))
    with pytest.raises(ModelLate):
        await captioner.perceive(Image.new("RGB", (8, 8)))
    await models.stop()


class Looker(ScriptedCaptioner):
    """One model that fills two ports, and counts how often it is loaded and asked."""

    loads = 0
    asked: Sequence[str] = ()

    def __init__(self, reference: ModelReference, folder: Path | None = None) -> None:
        super().__init__(reference, folder)
        type(self).loads += 1
        type(self).asked = []

    def caption(self, pictures: Sequence[Image.Image]) -> list[list[Finding]]:
        type(self).asked = [*self.asked, "caption"]
        return super().caption(pictures)

    def answer(self, questions: Sequence[Question]) -> list[list[Finding]]:
        type(self).asked = [*self.asked, "answer"]
        return self._perceive(questions)


@pytest.fixture
def lookers(monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings in which two roles name one model."""
    monkeypatch.setattr(Looker, "loads", 0)
    for role in ("caption", "vqa"):
        place = f"{Looker.__module__}:{Looker.__name__}"
        monkeypatch.setitem(backends._OURS[role], "looker", place)  # type: ignore[index]
    return Settings(_env_file=None, profile="scripted", caption="looker:x", vqa="looker:x")


async def test_roles_that_name_one_model_load_it_once_however_many_load_at_once(lookers: Settings) -> None:
    house = Models(lookers)
    told: list[Loaded] = []
    await asyncio.gather(house.load(told.append), house.load(), house.load())
    assert Looker.loads == 1
    assert {model.role for model in told} == {"asr", "caption", "ocr", "vqa", "llm"}
    assert {"caption", "answer"} == set(Looker.asked)
    await house.stop()


async def test_references_that_differ_in_an_option_are_two_models(lookers: Settings) -> None:
    house = Models(lookers.model_copy(update={"vqa": "looker:x?seconds=0"}))
    await house.load()
    assert Looker.loads == 2
    await house.stop()


async def test_what_fails_or_hangs_while_it_stops_keeps_nothing_else_from_stopping(
    monkeypatch: pytest.MonkeyPatch, lookers: Settings
) -> None:
    async def broken() -> None:
        raise ModelUnavailable("x", "broken")

    async def hanging() -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(models, "_STOPPED_WITHIN", 0.05)
    house = Models(lookers)
    await house.load()
    monkeypatch.setattr(house.senses.transcriber, "stop", broken)
    monkeypatch.setattr(house.senses.captioner, "stop", hanging)
    stopped: list[str] = []

    async def stop(self: ScriptedLLM) -> None:
        stopped.append("llm")

    monkeypatch.setattr(ScriptedLLM, "stop", stop)
    await house.stop()
    assert stopped == ["llm"]
    assert house.senses.text_reader
    with pytest.raises(ModelUnavailable, match="closed"):
        await house.senses.text_reader.perceive(Image.new("RGB", (8, 8)))


async def test_a_model_that_lacks_a_library_is_told_with_the_remedy(
    monkeypatch: pytest.MonkeyPatch, lookers: Settings
) -> None:
    def lacking(self: Looker, *_: object) -> None:
        raise AssertionError("Torch not compiled with CUDA enabled")

    monkeypatch.setattr(Looker, "__init__", lacking)
    house = Models(lookers)
    told: dict[str, Loaded] = {}
    await house.load(lambda model: told.update({model.role: model}))
    assert told["caption"].error == "AssertionError; this build knows no CUDA: make install ACCEL=cuda"
    assert told["asr"].error is None
    await house.stop()


async def test_of_several_models_those_that_do_not_load_are_told_beside_the_one_that_answers_instead() -> None:
    settings = Settings(
        _env_file=None,
        profile="scripted",
        llm="openai:http://127.0.0.1:9/v1#m | scripted:echo",
        ocr="scripted:a?fail=load | scripted:b?fail=load",
    )
    models, told = Models(settings), dict[str, Loaded]()
    await models.load(lambda loaded: told.update({loaded.role: loaded}))
    llm, ocr = told["llm"], told["ocr"]
    assert (llm.reference, llm.error) == ("scripted:echo", None)
    assert llm.unloaded == {"openai:http://127.0.0.1:9/v1#m": "its server does not answer"}
    assert ocr.error == "scripted to fail"
    assert models.references["llm"] == "scripted:echo"
    await models.stop()


async def test_a_model_of_several_has_a_state_of_its_breaker_among_the_metrics() -> None:
    settings = Settings(_env_file=None, profile="scripted", ocr="scripted:a?fail=crash | scripted:b")
    models = Models(settings)
    reader = models.senses.text_reader
    assert reader
    states = []
    for _ in range(4):
        assert (await reader.perceive(Image.new("RGB", (8, 8))))[0].text == "SCRIPTED SIGN"
        labels = {"model": "scripted:a?fail=crash", "state": "open"}
        states.append(models.metrics.registry.get_sample_value("parley_model_breaker_state", labels))
    assert states == [0, 0, 1, 1]
    await models.stop()
