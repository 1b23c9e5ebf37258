"""A child that tries a model tells what it found, and however it ends, the parent knows and goes on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import psutil
import pytest
import pytest_asyncio

from bot.checking.order import ModelResult, Order
from bot.checking.running import Deadlines, try_model

pytestmark = pytest.mark.asyncio(loop_scope="module")

PATIENT = Deadlines(load=60, answer=60)
CASES = {
    "works": ("scripted:x?text=hello", ("asr",), PATIENT),
    "fills two roles": ("scripted:x", ("caption", "ocr"), PATIENT),
    "does not load": ("scripted:x?fail=load", ("asr",), PATIENT),
    "crashes at work": ("scripted:x?fail=crash", ("asr",), PATIENT),
    "aborts": ("scripted:x?fail=abort", ("asr",), PATIENT),
    "hangs": ("scripted:x?fail=hang", ("asr",), Deadlines(load=0.3, answer=60)),
    "is slow": ("scripted:x?seconds=3600", ("asr",), Deadlines(load=60, answer=0.3)),
    "is no reference": ("scriptd:x", ("asr",), PATIENT),
}
Results = dict[str, ModelResult]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def results() -> AsyncIterator[Results]:
    """All at once, since each spends most of its time on starting Python."""
    told: list[str] = []
    tries = [
        try_model(Order(reference, roles, {}, contracts=name == "works"), deadlines, told.append)
        for name, (reference, roles, deadlines) in CASES.items()
    ]
    yield dict(zip(CASES, await asyncio.gather(*tries), strict=True))
    assert {"starting", "loading", "answering"} == set(told)
    assert not probes()


async def test_what_works_is_told_with_its_figures(results: Results) -> None:
    result = results["works"]
    (asr,) = result.roles
    assert result.ok
    assert result.load_seconds is not None
    assert result.ram_peak is not None
    assert result.ram is not None
    assert result.ram_peak >= result.ram >= 0
    assert (asr.role, asr.output, asr.as_expected) == ("asr", "hello (0.90)", False)
    assert asr.seconds is not None
    assert len(asr.contracts) == 5
    assert all(contract.ok for contract in asr.contracts)


async def test_a_model_of_two_roles_answers_for_both(results: Results) -> None:
    assert [(role.role, role.output) for role in results["fills two roles"].roles] == [
        ("caption", "a scripted picture (0.90)"),
        ("ocr", "SCRIPTED SIGN (0.90)"),
    ]
    assert results["fills two roles"].ok


@pytest.mark.parametrize(
    ("name", "error", "remedy"),
    [
        ("does not load", "scripted to fail", ""),
        ("crashes at work", "scripted to crash", ""),
        ("aborts", r"its engine broke down (SIGABRT) while loading", "PARLEY_LOG_LEVEL=debug"),
        ("hangs", "loading took longer than 0.3 s", "--load-deadline"),
        ("is slow", "answering took longer than 0.3 s", "--deadline"),
        ("is no reference", "reference-invalid", ""),
    ],
)
async def test_what_fails_is_told_with_the_remedy(results: Results, name: str, error: str, remedy: str) -> None:
    result = results[name]
    assert not result.ok
    assert result.error == error
    assert remedy in result.remedy
    assert result.as_json()["roles"][0]["ok"] is False


async def test_a_child_that_is_killed_points_at_memory() -> None:
    def kill(step: str) -> None:
        if step == "loading":
            for child in probes():
                child.kill()

    result = await try_model(Order("scripted:x?fail=hang", ("asr",), {}), PATIENT, kill)
    assert result.error == "it was killed (SIGKILL) while loading"
    assert "memory" in result.remedy


async def test_breaking_off_leaves_no_child() -> None:
    loading = asyncio.Event()

    def told(step: str) -> None:
        if step == "loading":
            loading.set()

    task = asyncio.create_task(try_model(Order("scripted:x?fail=hang", ("asr",), {}), PATIENT, told))
    await loading.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not probes()


def probes() -> list[psutil.Process]:
    return [child for child in psutil.Process().children() if "bot.checking.probe" in " ".join(child.cmdline())]
