"""A model steps down when memory lacks or a device is gone, tells each step once, and remembers where it stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from structlog.testing import capture_logs

from agents.errors import DeviceLost, MediaUnreadable, ModelCrashed, ModelOutOfMemory, ModelUnavailable
from agents.models.job import Job
from agents.models.ladder import Rung
from agents.models.metrics import Metrics
from agents.models.residence import Residence
from tests.metered import counted
from tests.simulated import Device, Item, Model, Spec


class Case:
    """One model over a GPU, another GPU and the processor, and a clock that a test sets."""

    def __init__(self, *capacities: int, devices: Sequence[str] = ("cuda:0", "cuda:1", "cpu"), **spec: Any) -> None:
        self.now = 0.0
        self.metrics = Metrics()
        self.spec = Spec("m", **spec)
        self.devices = [Device(name, size) for name, size in zip(devices, capacities, strict=False)]
        rungs = [self.spec.rung(device) for device in self.devices]
        self.home = Residence("m", rungs, self.metrics.of("m"), clock=lambda: self.now, collect=lambda: None)
        self.job = self.spec.job

    def work(self, *lengths: int) -> list[Any]:
        """Errors, or the lengths of the items that came back."""
        items = [Item(number, length) for number, length in enumerate(lengths)]
        answers = [one for some in self.home.serve(self.job, items) for one in some]
        return [type(answer.error) if answer.error else answer.result.length for answer in answers]


@pytest.fixture
def told() -> Iterator[list[Any]]:
    with capture_logs() as logs:
        yield logs


def steps(told: list[Any]) -> list[tuple[str, str, str]]:
    return [(log["event"], log["device"], log["code"]) for log in told if log["log_level"] == "warning"]


def test_a_batch_that_does_not_fit_is_halved_and_the_half_remembered(told: list[Any]) -> None:
    case = Case(13, together=8, size=10)
    assert case.work(*[1] * 8) == [1] * 8
    assert steps(told) == [("model.batch_halved", "cuda:0", "model-out-of-memory")] * 2
    assert case.home.together(case.job) == 2
    calls = case.spec.calls
    assert case.work(1, 1, 1, 1) == [1, 1, 1, 1]
    assert case.spec.calls == calls + 2, "it is not tried at length again"
    case.now, case.devices[0].capacity, calls = 601.0, 99, case.spec.calls
    assert case.work(1, 1, 1, 1) == [1, 1, 1, 1]
    assert case.spec.calls == calls + 1, "until long after"
    assert counted(case.metrics, "steps_down_total", device="cuda:0") == 2


def test_one_item_that_does_not_fit_sends_the_model_to_the_next_device(told: list[Any]) -> None:
    case = Case(11, 40, 90, size=10)
    assert case.work(1, 5) == [1, 5]
    assert case.home.device == "cuda:1"
    assert [device.used for device in case.devices] == [0, 10, 0]
    assert [log["to"] for log in told if log["event"] == "model.stepped_down"] == ["cuda:1"]
    assert counted(case.metrics, "loaded", device="cuda:0") == 0 and counted(case.metrics, "loaded") == 1


def test_a_model_that_does_not_fit_is_loaded_where_it_does(told: list[Any]) -> None:
    case = Case(9, 9, 40, size=10)
    case.home.load()
    assert case.home.device == "cpu"
    assert steps(told) == [("model.stepped_down", name, "model-out-of-memory") for name in ("cuda:0", "cuda:1")]


def test_a_device_that_is_gone_is_left_for_good_with_every_rung_on_it(told: list[Any]) -> None:
    case = Case(40, 40, 40, devices=("cuda:0", "cuda:0", "cpu"))
    case.work(1)
    case.devices[0].lost = True
    assert case.work(1) == [1]
    assert (case.home.device, len(case.devices[0].told), case.devices[1].told) == ("cpu", 1, [])
    case.now = 10_000
    case.home.unload()
    assert case.work(1) == [1]
    assert (case.home.device, len(case.devices[0].told)) == ("cpu", 1)


def test_a_device_lost_to_a_process_apart_is_tried_again_after_long_and_then_not_so_soon() -> None:
    case = Case(40, 40, devices=("cuda:0", "cpu"), apart=True)
    gpu = case.devices[0]
    gpu.lost = True
    assert (case.work(1), case.home.device, len(gpu.told)) == ([1], "cpu", 1)
    for now, tried in ((599.0, 1), (601.0, 2), (1_700.0, 2), (1_900.0, 3)):
        case.now = now
        case.home.unload()
        assert (case.work(1), case.home.device, len(gpu.told)) == ([1], "cpu", tried)
    gpu.lost, case.now = False, 10_000.0
    case.home.unload()
    assert (case.work(1), case.home.device) == ([1], "cuda:0")


def test_when_every_device_is_gone_to_processes_apart_they_are_tried_again_after_long() -> None:
    case = Case(40, devices=("cuda:0",), apart=True)
    gpu = case.devices[0]
    gpu.lost = True
    for now, tried in ((0.0, 1), (599.0, 1), (601.0, 2), (1_700.0, 2)):
        case.now = now
        assert (case.work(1), len(gpu.told)) == ([DeviceLost], tried)
    gpu.lost, case.now = False, 1_900.0
    assert case.work(1) == [1]


def test_when_every_device_is_gone_callers_are_told_and_nothing_is_tried_again() -> None:
    case = Case(40, 40, devices=("cuda:0", "cuda:1"))
    for device in case.devices:
        device.lost = True
    assert case.work(1, 1) == [DeviceLost] * 2
    case.now = 10_000
    calls = case.spec.calls
    assert case.work(1) == [DeviceLost]
    assert case.spec.calls == calls


def test_when_no_device_has_room_callers_are_told_and_all_are_tried_again_later(told: list[Any]) -> None:
    case = Case(5, 5, 5)
    for _ in range(2):
        assert case.work(1, 1) == [ModelOutOfMemory] * 2
    assert case.spec.calls == 3, "the failure is remembered"
    assert [log["event"] for log in told].count("model.no_rung_left") == 1
    case.now, case.devices[0].capacity = 31.0, 50
    assert case.work(1) == [1]
    assert case.home.device == "cuda:0"


def test_an_item_too_large_for_the_last_device_is_refused_and_the_next_served() -> None:
    case = Case(5, 5, 15)
    assert case.work(1, 9, 2) == [1, ModelOutOfMemory, 2]
    assert case.home.loaded and case.home.device == "cpu"


def test_after_idling_it_comes_back_where_it_stood_and_after_long_where_it_is_better() -> None:
    case = Case(11, 90, size=10, together=1)
    assert case.work(5) == [5]
    assert [case.home.patience(idle) for idle in (None, 900, 60)] == [600, 600, 60]
    for now, device in ((599.0, "cuda:1"), (601.0, "cuda:0")):
        case.now = now
        assert case.home.device == "cuda:1"
        case.home.unload()
        assert (case.home.device, case.devices[1].used) == (device, 0)
        case.work(1)
    assert case.home.patience(None) is None and case.home.patience(60) == 60
    assert case.work(5) == [5]
    assert case.home.patience(None) == 1200, "not again so soon"
    assert counted(case.metrics, "load_seconds_count") == 5, "a person waits for a reload as for a load"


def test_an_error_of_an_item_is_its_own_and_one_that_breaks_the_model_takes_nobody_along(told: list[Any]) -> None:
    def work(_: Model, items: Sequence[str]) -> Sequence[str]:
        if "unreadable" in items:
            raise MediaUnreadable("empty")
        if "poison" in items:
            raise RuntimeError("said Alice")
        return items

    case = Case(90)
    job: Job[Model] = Job(work, 4)
    items = ["a", "poison", "b", "unreadable", "c"]
    answers = [one for some in case.home.serve(job, items) for one in some]
    assert [answer.number for answer in answers] == [0, 1, 2, 3, 4]
    assert [type(answer.error) if answer.error else answer.result for answer in answers] == [
        "a",
        ModelCrashed,
        "b",
        MediaUnreadable,
        "c",
    ]
    assert "Alice" not in str(told)


def test_those_who_have_gone_are_not_worked_for() -> None:
    case = Case(12, size=10, together=2)
    gone: set[int] = set()
    found = []
    for answers in case.home.serve(Job(Model.echo, 1), [Item(0), Item(1), Item(2)], gone.__contains__):
        found += [answer.number for answer in answers]
        gone.add(1)
    assert found == [0, 2]


def test_other_failures_to_load_do_not_step_down() -> None:
    tries = []

    def load() -> None:
        tries.append(1)
        raise ModelUnavailable("m", "run `python -m bot models pull`")

    home = Residence[None]("m", [Rung(load, "cuda:0"), Rung(load, "cpu")], Metrics().of("m"))
    for _ in range(2):
        with pytest.raises(ModelUnavailable, match="models pull"):
            home.load()
    assert (len(tries), home.device) == (1, "cuda:0")


@pytest.mark.parametrize("error", [None, RuntimeError("of a device that is lost")])
def test_an_engine_gives_back_what_it_keeps(error: Exception | None, told: list[Any]) -> None:
    released = []

    class Port:
        def release(self) -> None:
            released.append(1)
            if error:
                raise error

    home = Residence("m", [Rung(Port)], Metrics().of("m"))
    home.load()
    home.unload()
    home.load()
    home.close()
    home.close()
    assert len(released) == 2 and not home.loaded
    assert [log["event"] for log in told].count("model.release_failed") == (2 if error else 0)


def test_an_estimate_of_the_wait_comes_with_the_first_call() -> None:
    case = Case(90, cost=0.01)
    assert case.home.pace.for_items(8) is None
    case.work(1, 1, 1, 1)
    estimate = case.home.pace.for_items(8)
    assert estimate is not None and estimate >= 0.02
