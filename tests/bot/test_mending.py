"""A model that did not load is tried again until it is there, and readiness tells the truth of it."""

from __future__ import annotations

import asyncio
from pathlib import Path

from agents.errors import ModelUnavailable
from bot.mending import Mending
from bot.models import Loaded, Models
from bot.settings import Settings
from bot.web.readiness import Readiness


async def always() -> None: ...


class Loads:
    """Loading that fails so many times, by role."""

    def __init__(self, **fails: int) -> None:
        self.fails, self.tried = fails, []

    async def __call__(self, role: str) -> Loaded:
        self.tried.append(role)
        self.fails[role] -= 1
        return Loaded(role, "scripted:x", 0.1, "broken" if self.fails[role] >= 0 else None)


async def test_what_did_not_load_is_tried_until_it_is_there_and_then_ready() -> None:
    loads, told = Loads(asr=0, llm=2), []
    readiness = Readiness(["asr", "llm", "ocr"], always)
    readiness.open = True

    def loaded(model: Loaded) -> None:
        told.append(model.role)
        readiness.loaded(model)

    mending = Mending(loads, loaded, first=0.001)
    for role, error in (("asr", "no file"), ("llm", "host down"), ("ocr", None)):
        model = Loaded(role, "scripted:x", 0.1, error)
        readiness.loaded(model)
        mending.note(model)
    facts = await readiness.facts()
    assert (facts["status"], facts["models"]) == ("not-ready", {"asr": "failed", "llm": "failed", "ocr": "loaded"})
    async with asyncio.timeout(10):
        await mending.run()
    assert loads.tried == ["asr", "llm", "llm", "llm"], "what has loaded is left alone"
    assert told == ["asr", "llm"], "of what fails again nobody is told again"
    assert (await readiness.facts())["status"] == "ready"


async def test_without_failures_there_is_nothing_to_do() -> None:
    mending = Mending(Loads(), lambda _: None)
    mending.note(Loaded("llm", "scripted:x", 0.1))
    async with asyncio.timeout(5):
        await mending.run()


async def test_a_real_model_whose_load_failed_is_loaded_when_it_is_tried_again(tmp_path: Path) -> None:
    settings = Settings(_env_file=None, profile="scripted", data_dir=tmp_path)
    models = Models(settings)
    broken = True
    begin = models.llm.start

    async def start(*given: object) -> None:
        if broken:
            raise ModelUnavailable("scripted:echo", "no file")
        await begin()

    models.llm.start = start  # type: ignore[method-assign]
    seen: list[Loaded] = []
    await models.load(seen.append)
    assert {model.role: bool(model.error) for model in seen}["llm"] is True
    broken = False
    assert (await models.load_one("llm")).error is None
    await models.stop()
