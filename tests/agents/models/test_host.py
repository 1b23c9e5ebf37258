"""A hosted model never blocks, never queues without end, and fails only in ways the graph can tell apart."""

from __future__ import annotations

import asyncio
import time
import weakref
from collections.abc import Sequence

import pytest
from structlog.testing import capture_logs

from agents.errors import MediaUnreadable, ModelBusy, ModelCrashed, ModelLate, ModelUnavailable
from agents.models.job import Job
from agents.values import Finding
from tests.agents.models.held_engine import CARD, Engine
from tests.metered import counted
from tests.waiting import until


async def test_findings_come_back_and_the_model_is_loaded_once(hosted, engine):
    host = hosted(engine)
    assert [found[0].text for found in [await host.perceive("a"), await host.perceive("b")]] == ["a", "b"]
    assert engine.loads == 1
    assert host.card == CARD


async def test_warming_up_loads_without_a_call(hosted, engine):
    host = hosted(engine)
    await host.load()
    await host.load()
    assert (engine.loads, engine.seen) == (1, [])
    assert counted(host.host.metrics, "load_seconds_count") == 1


async def test_callers_at_once_are_answered_one_after_another_in_one_thread(hosted, engine):
    host = hosted(engine)
    found = await asyncio.gather(*(host.perceive(number) for number in range(10)))
    assert [one[0].text for one in found] == [str(number) for number in range(10)]
    assert engine.seen == list(range(10))
    assert engine.threads == {CARD.reference}


async def test_the_event_loop_runs_on_while_the_model_works(hosted, engine):
    host = hosted(engine)
    engine.gate.clear()
    call = asyncio.create_task(host.perceive("slow"))
    await engine.busy()
    started = time.perf_counter()
    await asyncio.sleep(0)
    assert time.perf_counter() - started < 0.5
    assert not call.done()
    engine.gate.set()
    assert (await call)[0].text == "slow"


async def test_more_than_the_queue_holds_is_refused_at_once(hosted, engine):
    host = hosted(engine, waiting=2)
    engine.gate.clear()
    calls = [asyncio.create_task(host.perceive("first"))]
    await engine.busy()
    calls += [asyncio.create_task(host.perceive(name)) for name in ("second", "third")]
    await asyncio.sleep(0)
    with pytest.raises(ModelBusy):
        await host.perceive("fourth")
    engine.gate.set()
    assert len(await asyncio.gather(*calls)) == 3
    assert counted(host.host.metrics, "errors_total", code="model-busy") == 1


async def test_past_the_deadline_the_caller_is_free_and_the_model_recovers(hosted, engine):
    host = hosted(engine, deadline=0.1)
    await host.load()
    engine.gate.clear()
    with pytest.raises(ModelLate) as late:
        await host.perceive("stuck")
    assert late.value.model == CARD.reference
    engine.gate.set()
    assert (await host.perceive("next"))[0].text == "next"
    assert counted(host.host.metrics, "errors_total", code="model-late") == 1


async def test_a_call_whose_caller_has_gone_never_starts_and_leaves_room(hosted, engine):
    host = hosted(engine, waiting=1)
    engine.gate.clear()
    first = asyncio.create_task(host.perceive("first"))
    await engine.busy()
    gone = asyncio.create_task(host.perceive("gone"))
    await asyncio.sleep(0)
    gone.cancel()
    with pytest.raises(asyncio.CancelledError):
        await gone
    waiting = asyncio.create_task(host.perceive("waiting"))
    await asyncio.sleep(0)
    engine.gate.set()
    await asyncio.gather(first, waiting)
    assert engine.seen == ["first", "waiting"]


async def test_a_load_that_fails_is_remembered_for_a_while_and_then_tried_again(hosted, engine):
    now, tries = [0.0], []

    def load() -> Engine:
        tries.append(now[0])
        if len(tries) == 1:
            raise OSError("/home/alice/model.bin is missing")
        return engine

    host = hosted(engine, load=load, retry_load=30.0, clock=lambda: now[0])
    for _ in range(3):
        with pytest.raises(ModelUnavailable) as missing:
            await host.perceive("a")
        assert "alice" not in str(missing.value)
    assert tries == [0.0]
    now[0] = 31.0
    assert (await host.perceive("b"))[0].text == "b"
    assert tries == [0.0, 31.0]


async def test_the_remedy_of_a_missing_model_reaches_the_caller_every_time(hosted, engine):
    def load() -> Engine:
        raise ModelUnavailable("whisper", "run `python -m bot models pull`")

    host = hosted(engine, load=load)
    for _ in range(2):
        with pytest.raises(ModelUnavailable, match="models pull"):
            await host.load()


class Panic(BaseException):
    """As Rust libraries raise."""


@pytest.mark.parametrize("error", [RuntimeError("said Alice"), Panic("said Alice")])
async def test_an_engine_that_breaks_off_is_told_once_without_its_words_and_serves_the_next(hosted, engine, error):
    def call(port: Engine, items: Sequence[object]) -> list[list[Finding]]:
        if items == ("bad",):
            raise error
        return port.call(items)

    host = hosted(engine, call=call)
    with capture_logs() as logs, pytest.raises(ModelCrashed) as crash:
        await host.perceive("bad")
    assert crash.value.retryable
    assert "Alice" not in str(crash.value) + str(logs)
    assert [entry["event"] for entry in logs if entry["log_level"] == "error"] == ["model.crashed"]
    assert (await host.perceive("good"))[0].text == "good"


async def test_errors_of_ours_pass_unchanged(hosted, engine):
    def call(port: Engine, items: Sequence[object]) -> list[list[Finding]]:
        raise MediaUnreadable("too-long")

    with pytest.raises(MediaUnreadable):
        await hosted(engine, call=call).perceive("a")


async def test_an_engine_that_answers_for_another_number_of_items_is_not_believed(hosted, engine):
    with pytest.raises(ModelCrashed):
        await hosted(engine, call=lambda port, items: []).perceive("a")


async def test_closing_refuses_those_who_wait_and_those_who_come(hosted, engine):
    host = hosted(engine)
    engine.gate.clear()
    inside = asyncio.create_task(host.perceive("inside"))
    await engine.busy()
    waiting = asyncio.create_task(host.perceive("waiting"))
    await asyncio.sleep(0)
    host.host.close()
    with pytest.raises(ModelUnavailable):
        await waiting
    with pytest.raises(ModelUnavailable):
        await host.perceive("late")
    engine.gate.set()
    assert (await inside)[0].text == "inside"


def test_a_host_outlives_the_event_loop_that_used_it_first(hosted, engine):
    host = hosted(engine)
    assert asyncio.run(host.perceive("a"))[0].text == "a"
    assert asyncio.run(host.perceive("b"))[0].text == "b"
    assert engine.loads == 1


async def test_timings_are_kept(hosted, engine):
    def call(port: Engine, items: Sequence[object]) -> list[list[Finding]]:
        time.sleep(0.02 if items == ("slow",) else 0)
        return port.call(items)

    host = hosted(engine, call=call)
    await host.perceive("slow")
    await host.perceive("fast")
    assert counted(host.host.metrics, "run_seconds_count") == 2
    assert counted(host.host.metrics, "run_seconds_sum") >= 0.02
    assert counted(host.host.metrics, "queue_seconds_count") == 2


async def test_parts_of_what_counts_itself_do_not_count(hosted, engine):
    host = hosted(engine, waiting=1).host
    part = Job(Engine.call, counted=False)
    engine.gate.clear()
    first = asyncio.create_task(host.call(part, "first"))
    await engine.busy()
    second = asyncio.create_task(host.call(part, "second"))
    await asyncio.sleep(0)
    with pytest.raises(ModelBusy):
        await host.call(part, "third")
    engine.gate.set()
    await asyncio.gather(first, second)
    with pytest.raises(ModelCrashed):
        await host.call(Job(lambda *_: None, counted=False), "bad")
    for name in ("run_seconds_count", "batch_items_count", "queue_seconds_count", "errors_total"):
        assert counted(host.metrics, name) == 0


@pytest.mark.parametrize("given", [None, 7])
async def test_an_engine_that_gives_no_list_is_a_crash_and_serves_the_next(hosted, engine, given):
    host = hosted(engine, call=lambda port, items: given if items == ("bad",) else port.call(items))
    with pytest.raises(ModelCrashed):
        await host.perceive("bad")
    assert (await host.perceive("good"))[0].text == "good"


async def test_nothing_of_what_was_worked_on_is_kept(hosted, engine):
    class Recording:
        pass

    host = hosted(engine, call=lambda _, items: [[Finding("heard", 1.0)] for _ in items])
    recording = Recording()
    gone = weakref.ref(recording)
    await host.perceive(recording)
    del recording
    await until(lambda: gone() is None, 10)
