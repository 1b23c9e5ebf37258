"""Who gets a process of its own, by the settings and by where it runs, and that hosts work with it unchanged."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psutil
import pytest

from agents.errors import ModelCrashed
from agents.models.host import Host
from agents.models.hosted import HostedSense
from agents.models.ladder import Rung
from agents.models.making import Making
from agents.models.reference import ModelReference
from agents.values import Finding
from bot.hosting import apart_of
from bot.settings import Settings
from bot.settings_invalid import SettingsInvalid
from tests.agents.models.apart.engines import Failing


def making(options: str = "", **more: Any) -> Making:
    return Making(ModelReference.parse(f"failing:engine?{options}"), lambda: None, **more)


def sense(made: Making) -> HostedSense[Any, str]:
    def ask(port: Any, texts: Sequence[str]) -> Any:
        return port.read_sentiment(texts)

    return HostedSense(Failing.declare(made.reference), made.host(Failing), ask, deadline=20)


def measured(made: Making) -> float:
    """Bytes of the model's process, as the metrics tell."""
    labels = {"model": str(made.reference), "device": "cpu", "kind": "measured"}
    found = made.metrics.registry.get_sample_value("parley_model_memory_bytes", labels)
    assert found is not None
    return found


async def pid(made: Making) -> int:
    """Of the process that its model is in."""
    hosted = sense(made)
    try:
        return int((await hosted.perceive("pid"))[0].text)
    finally:
        await hosted.stop()


@pytest.mark.parametrize(
    ("apart", "devices", "is_apart"),
    [
        (False, ("cuda:0",), False),
        (True, (), True),
        (None, ("cpu",), False),
        (None, ("cuda:1", "cpu"), True),
    ],
)
async def test_an_engine_has_its_own_process_where_it_is_asked_for_or_on_a_gpu(
    apart: bool | None, devices: tuple[str, ...], is_apart: bool
) -> None:
    assert (await pid(making("folder=x", apart=apart, devices=devices)) != os.getpid()) is is_apart


def test_a_host_knows_which_of_its_devices_another_process_may_have_again(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[Rung[Any]] = []

    class Noted(Host[Any]):
        def __init__(self, reference: str, rungs: Sequence[Rung[Any]], **more: Any) -> None:
            super().__init__(reference, rungs, **more)
            given.extend(rungs)

    monkeypatch.setattr("agents.models.making.Host", Noted)
    making("folder=x", apart=None, devices=("cuda:0", "cpu")).host(Failing)
    assert [(rung.device, rung.apart) for rung in given] == [("cuda:0", True), ("cpu", False)]


async def test_an_item_that_kills_every_process_fails_alone_among_its_company(tmp_path: Path) -> None:
    hosted = sense(making(f"folder={tmp_path}", apart=True))
    await hosted.load()
    found = await asyncio.gather(
        *(hosted.perceive(text) for text in ("one", "kill", "two", "kill-once")), return_exceptions=True
    )
    assert isinstance(found[1], ModelCrashed)
    assert [found[0], found[2], found[3]] == [[Finding(text, 0.5, "en")] for text in ("eno", "owt", "ecno-llik")]
    assert await hosted.perceive("three") == [Finding("eerht", 0.5, "en")]
    await hosted.stop()


async def test_a_gpu_that_is_gone_for_every_process_is_left_for_the_cpu(tmp_path: Path) -> None:
    hosted = sense(making(f"folder={tmp_path}", apart=None, devices=("cuda:0", "cpu")))
    assert await hosted.perceive("device") == [Finding("cuda:0", 1.0)]
    assert await hosted.perceive("lost-on-gpu") == [Finding("upg-no-tsol", 0.5, "en")]
    assert await hosted.perceive("device") == [Finding("cpu", 1.0)]
    assert psutil.Process().children() == [], "on the CPU it is in this process, and the other is gone"
    await hosted.stop()


async def test_an_idle_one_gives_its_memory_back_and_comes_again() -> None:
    made = making("folder=x", apart=True, idle=0.3)
    hosted = sense(made)
    first = int((await hosted.perceive("pid"))[0].text)
    assert measured(made) > 1_000_000
    await asyncio.to_thread(psutil.wait_procs, [psutil.Process(first)], 10)
    assert not psutil.pid_exists(first)
    assert measured(made) == 0
    assert int((await hosted.perceive("pid"))[0].text) != first
    assert measured(made) > 1_000_000
    await hosted.stop()


@pytest.mark.parametrize(
    ("written", "role", "apart"),
    [
        (None, "asr", None),
        ("none", "asr", False),
        ("all", "asr", True),
        ("all", "llm", False),
        ("gpu, ocr", "asr", None),
        ("gpu,ocr", "ocr", True),
        ("asr caption", "ocr", False),
    ],
)
def test_the_setting_says_whose(
    monkeypatch: pytest.MonkeyPatch, written: str | None, role: str, apart: bool | None
) -> None:
    monkeypatch.delenv("PARLEY_APART", raising=False)
    if written is not None:
        monkeypatch.setenv("PARLEY_APART", written)
    assert apart_of(Settings(_env_file=None), (role,)) is apart


def test_a_model_that_also_speaks_stays() -> None:
    assert apart_of(Settings(_env_file=None, apart=("all",)), ("caption", "llm")) is False


def test_a_role_that_there_is_not_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PARLEY_APART", "gpu,eyes")
    with pytest.raises(SettingsInvalid, match=r"PARLEY_APART: .*'caption'"):
        Settings.read()
