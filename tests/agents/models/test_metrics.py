"""What hosts count: names and labels that Prometheus takes, bounded in number, and nothing that is secret."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest
from prometheus_client import generate_latest
from prometheus_client.core import Metric

from agents import errors
from agents.errors import ModelBusy
from agents.models.metrics import BREAKER, Meter, Metrics

MODEL = "test:model"


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
def meter(metrics: Metrics) -> Meter:
    return metrics.of(MODEL)


def value(metrics: Metrics, name: str, **labels: str) -> float | None:
    return metrics.registry.get_sample_value(f"parley_model_{name}", {"model": MODEL, **labels})


def used(meter: Meter) -> None:
    """Everything a meter can be told."""
    meter.waited("cpu", 0.005)
    meter.waits(2)
    meter.ran("cpu", 4, 0.5)
    meter.failed("cpu", ModelBusy.code)
    meter.began("cpu", 0.2)
    meter.wrote("cpu", 100, 20, cached=60)
    meter.came("cpu", 1.5)
    meter.went("cpu")
    meter.stepped("cuda:0", "model-out-of-memory")
    meter.takes("cpu", "estimated", 1 << 30)
    meter.breaks("open")
    meter.plays("llm")


def families(metrics: Metrics) -> list[Metric]:
    return list(metrics.registry.collect())


def test_everything_a_meter_is_told_shows(metrics: Metrics, meter: Meter) -> None:
    used(meter)
    assert value(metrics, "queue_seconds_bucket", device="cpu", le="0.005") == 1
    assert value(metrics, "waiting_calls") == 2
    assert value(metrics, "run_seconds_sum", device="cpu") == 0.5
    assert value(metrics, "batch_items_bucket", device="cpu", le="4.0") == 1
    assert value(metrics, "errors_total", device="cpu", code="model-busy") == 1
    assert value(metrics, "first_token_seconds_count", device="cpu") == 1
    assert value(metrics, "tokens_total", device="cpu", kind="prompt") == 100
    assert value(metrics, "tokens_total", device="cpu", kind="reply") == 20
    assert value(metrics, "cached_tokens_total", device="cpu") == 60
    assert value(metrics, "load_seconds_count", device="cpu") == 1
    assert value(metrics, "loaded", device="cpu") == 0
    assert value(metrics, "steps_down_total", device="cuda:0", code="model-out-of-memory") == 1
    assert value(metrics, "memory_bytes", device="cpu", kind="estimated") == 1 << 30
    assert value(metrics, "role", role="llm") == 1
    assert all(family.samples for family in families(metrics)), "an instrument that no meter uses"


def test_who_waits_in_several_lines_of_a_model_adds_up(metrics: Metrics) -> None:
    lines = [metrics.of(MODEL) for _ in range(3)]
    for calls, line in enumerate(lines, start=1):
        line.waits(calls)
    assert value(metrics, "waiting_calls") == 6
    lines[1].waits(0)
    lines[1].waits(1)
    assert value(metrics, "waiting_calls") == 5


def test_a_breaker_is_in_one_state(metrics: Metrics, meter: Meter) -> None:
    for state in BREAKER:
        meter.breaks(state)
        assert {one: value(metrics, "breaker_state", state=one) for one in BREAKER} == {
            one: float(one == state) for one in BREAKER
        }


def test_breakers_of_several_roles_of_one_model_are_counted_by_their_states(metrics: Metrics) -> None:
    for state in ("open", "closed"):
        metrics.of("m").breaks(state)
    assert {
        one: metrics.registry.get_sample_value("parley_model_breaker_state", {"model": "m", "state": one})
        for one in BREAKER
    } == {
        "closed": 1,
        "half-open": 0,
        "open": 1,
    }


def test_an_engine_in_a_process_of_its_own_is_weighed_for_as_long_as_that_lives(metrics: Metrics, meter: Meter) -> None:
    def measured() -> float | None:
        return value(metrics, "memory_bytes", device="cpu", kind="measured")

    lives = [sys.executable, "-c", "print(flush=True); input()"]
    with subprocess.Popen(lives, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.readline()  # before that it may hold next to nothing
        meter.lives(lambda: child.pid)
        found = measured()
        assert found is not None
        assert 1_000_000 < found < 1 << 30
        child.communicate(b"\n")
    assert measured() == 0
    meter.lives(lambda: 1)  # a number that is another's by now
    assert measured() == 0


def test_every_instrument_is_documented_and_named_with_its_unit(metrics: Metrics) -> None:
    for family in families(metrics):
        assert family.name.startswith("parley_model_")
        assert len(family.documentation) > 20
        assert family.documentation.endswith(".")
        if family.type == "histogram":
            assert family.name.rpartition("_")[2] in {"seconds", "items"}


def test_the_wait_of_a_lone_caller_and_the_longest_answer_have_buckets(metrics: Metrics, meter: Meter) -> None:
    meter.waited("", 0.0055)
    meter.ran("", 1, 119)
    assert value(metrics, "queue_seconds_bucket", device="", le="0.0075") == 1
    assert value(metrics, "queue_seconds_bucket", device="", le="0.005") == 0
    assert value(metrics, "run_seconds_bucket", device="", le="120.0") == 1


def test_codes_are_those_of_our_errors_and_no_other_text_becomes_a_label(metrics: Metrics, meter: Meter) -> None:
    for number in range(1000):
        meter.failed("", f"unexpected-{number}")
        meter.stepped("", f"said by an engine: {number}")
    for name in errors.__all__:
        meter.failed("", getattr(errors, name).code)
    kinds = {getattr(errors, name).code for name in errors.__all__} | {"other"}
    found = [sample for family in families(metrics) for sample in family.samples if "code" in sample.labels]
    assert {sample.labels["code"] for sample in found} == kinds
    assert value(metrics, "errors_total", device="", code="other") == 1000


@pytest.mark.parametrize(
    ("reference", "shown"),
    [
        ("openai:http://me:secret@host:8000/v1#m", "openai:http://host:8000/v1#m"),
        ("openai:https://secret@host/v1#m@2", "openai:https://host/v1#m@2"),
        ("openai:http://host/v1#a@b", "openai:http://host/v1#a@b"),
        ("llamacpp:Qwen/Qwen3@main?threads=2", "llamacpp:Qwen/Qwen3@main?threads=2"),
    ],
)
def test_a_password_in_an_address_never_shows(metrics: Metrics, reference: str, shown: str) -> None:
    used(metrics.of(reference))
    text = generate_latest(metrics.registry).decode()
    assert "secret" not in text
    assert f'model="{shown}"' in text


def test_counts_of_many_threads_add_up(metrics: Metrics) -> None:
    start = threading.Barrier(8)

    def count(meter: Meter) -> None:
        start.wait(10)
        for _ in range(500):
            meter.ran("cpu", 1, 0.1)

    shared = metrics.of(MODEL)
    threads = [threading.Thread(target=count, args=(metrics.of(MODEL) if n % 2 else shared,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert value(metrics, "run_seconds_count", device="cpu") == 4000
