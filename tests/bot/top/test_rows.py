"""What two looks at the metrics tell together, of real registries and of what strangers send."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import Gauge, generate_latest
from rich.console import Console

from agents.models.metrics import Meter, Metrics
from bot.top.rows import House, Row, house, rows
from bot.top.scrape import NoMetrics, Scrape
from bot.top.showing import shown

MODEL = "test:model"


class Served:
    """A house's metrics, looked at when a test says so, at the uptime it says."""

    def __init__(self) -> None:
        self.metrics = Metrics()
        self.meter: Meter = self.metrics.of(MODEL)
        self._uptime = Gauge("parley_uptime_seconds", "Up.", registry=self.metrics.registry)

    def look(self, uptime: float) -> Scrape:
        self._uptime.set(uptime)
        return Scrape.of(generate_latest(self.metrics.registry).decode())


@pytest.fixture
def served() -> Served:
    return Served()


def only(found: list[Row]) -> Row:
    (row,) = found
    return row


def drawn(found: list[Row], below: House, note: str = "", width: int = 200) -> str:
    console = Console(file=io.StringIO(), width=width)
    console.print(shown(found, below, width=width, note=note))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_between_two_looks_only_what_happened_between_them_is_told(served: Served) -> None:
    meter = served.meter
    meter.plays("asr")
    meter.came("cpu", 1.0)
    meter.ran("cpu", 1, 60)
    meter.failed("cpu", "model-late")
    before = served.look(100)
    for _ in range(10):
        meter.waited("cpu", 0.004)
        meter.ran("cpu", 4, 0.2)
    meter.wrote("cpu", 50, 30)
    meter.began("cpu", 0.3)
    meter.failed("cpu", "model-busy")
    meter.waits(3)
    row = only(rows(served.look(105), before))
    assert (row.model, row.roles, row.device, row.state, row.waiting) == (MODEL, ["asr"], "cpu", "loaded", 3)
    assert (row.calls, row.batch, row.tokens, row.errors) == (2, 4, 6, 1)
    assert row.queue_p95 is not None
    assert 0.0025 <= row.queue_p95 <= 0.005
    assert row.run_p50 is not None
    assert 0.1 <= row.run_p50 <= 0.25
    assert row.first_p50 is not None


def test_the_first_look_and_the_one_after_a_restart_tell_all_since_the_start(served: Served) -> None:
    served.meter.ran("cpu", 1, 1)
    now = served.look(10)
    assert only(rows(now)).calls == 0.1
    assert only(rows(now, served.look(5000))).calls == 0.1
    assert house(now).seconds == 10


def test_each_device_of_a_model_has_a_row_and_only_the_first_tells_who_waits(served: Served) -> None:
    served.meter.stepped("cuda:0", "model-out-of-memory")
    served.meter.went("cuda:0")
    served.meter.came("cpu", 1)
    served.meter.waits(2)
    found = rows(served.look(10))
    assert [(row.device, row.state, row.waiting) for row in found] == [
        ("cpu", "loaded", 2),
        ("cuda:0", "unloaded, stepped down", None),
    ]


def test_what_happened_before_a_model_had_a_device_goes_with_its_first(served: Served) -> None:
    served.meter.waited("", 5.0)
    served.meter.failed("", "model-late")
    for device in ("cuda:0", "cuda:1"):
        served.meter.came(device, 1)
        served.meter.waited(device, 0.002)
    first, second = rows(served.look(10))
    assert (first.device, first.errors, second.device, second.errors) == ("cuda:0", 1, "cuda:1", 0)
    assert first.queue_p95 is not None
    assert second.queue_p95 is not None
    assert first.queue_p95 > 1 > second.queue_p95


def test_memory_beside_a_gpu_makes_no_row_of_its_own(served: Served) -> None:
    served.meter.takes("cpu", "estimated", 1 << 30)
    served.meter.takes("cuda:0", "estimated", 8 << 30)
    assert [row.device for row in rows(served.look(1))] == ["cpu", "cuda:0"], "nothing else is known yet"
    served.meter.came("cuda:0", 1)
    row = only(rows(served.look(1)))
    assert (row.device, row.memory) == ("cuda:0", 8 << 30)


def test_a_model_whose_engine_chooses_is_told_as_loaded_where_it_was_planned(served: Served) -> None:
    served.meter.takes("cpu", "estimated", 1 << 20)
    served.meter.came("", 1)
    row = only(rows(served.look(1)))
    assert (row.device, row.state) == ("cpu", "loaded")
    served.meter.went("")
    assert only(rows(served.look(1))).state == "unloaded"


def test_options_are_shown_only_where_they_tell_models_apart(served: Served) -> None:
    for reference in ("llamacpp:a?slots=2", "llamacpp:b?slots=2", "llamacpp:b?slots=4"):
        served.metrics.of(reference).plays("llm")
    said = drawn(rows(served.look(1)), house(served.look(1)))
    assert "llamacpp:a?" not in said
    assert "llamacpp:b?slots=2" in said
    assert "llamacpp:b?slots=4" in said


def test_a_model_that_has_done_nothing_has_a_row_too(served: Served) -> None:
    served.meter.plays("llm")
    served.meter.breaks("open")
    row = only(rows(served.look(10)))
    assert (row.roles, row.device, row.state, row.run_p50, row.memory) == (["llm"], "", "breaker open", None, None)


def test_measured_memory_goes_before_estimated(served: Served) -> None:
    served.meter.takes("cpu", "estimated", 2 << 30)
    assert "~2.1GB" in drawn(rows(served.look(1)), house(served.look(1)))
    served.meter.takes("cpu", "measured", 1 << 30)
    row = only(rows(served.look(1)))
    assert (row.memory, row.measured) == (1 << 30, True)
    assert " 1.1GB" in drawn([row], house(served.look(1)))


def test_the_table_reads_well(served: Served) -> None:
    served.meter.plays("llm")
    for _ in range(20):
        served.meter.ran("cuda:0", 1, 2.0)
    served.meter.wrote("cuda:0", 100, 500)
    said = drawn(rows(served.look(10)), house(served.look(10)), "Nobody answers.")
    assert [word for word in ("test:model", "llm", "cuda:0", "2.0", "50.0", "1.8s/2.4s") if word not in said] == []
    assert said.rstrip().endswith("Nobody answers.")


@pytest.mark.parametrize("width", [80, 112, 160])
def test_it_fits_a_terminal_with_every_number_whole(served: Served, width: int) -> None:
    meter = served.metrics.of("openai:http://gpu1.example.org:8000/v1#Qwen/Qwen3-VL-8B-Instruct?context=8192")
    for role in ("caption", "vqa"):
        meter.plays(role)
    meter.came("cuda:0", 1)
    meter.waits(12)
    for _ in range(100):
        meter.waited("cuda:0", 0.9)
        meter.ran("cuda:0", 1, 9.0)
    meter.failed("cuda:0", "model-late")
    meter.takes("cuda:0", "estimated", 16 << 30)
    look = served.look(10)
    said = drawn(rows(look), house(look), width=width)
    lines = said.splitlines()
    assert max(len(line.rstrip()) for line in lines) <= width
    (line,) = [line for line in lines if "cuda:0" in line]
    for word in ("caption,vqa", "loaded", "12", "750ms/975ms", "7.5s/9.8s", "~17.2GB"):
        assert word in line
    assert "Qwen3-VL-8B-Instruct" in said.replace("\n", "").replace(" ", "")
    assert "…" not in said


def test_what_an_answer_says_of_itself_cannot_steer_a_terminal(served: Served) -> None:
    served.metrics.of("evil\x1b[2J\u202e\n[red]bold[/red]" + "x" * 10_000).ran("\x1b]0;title\x07", 1, 1)
    said = drawn(rows(served.look(1)), house(served.look(1)))
    assert "\x1b" not in said
    assert "\u202e" not in said
    assert "[red]bold[/red]" in said
    assert len(said) < 20_000


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<html></html>",
        "parley_uptime_seconds nan",
        "parley_uptime_seconds",
        'parley_model_run_seconds_bucket{model="a",le="x"} 1\nparley_uptime_seconds 1',
        'parley_uptime_seconds{a="b',
        "other_metric 1",
        "{} {} {}",
    ],
)
def test_what_is_no_metrics_of_ours_is_told_as_that(text: str) -> None:
    with pytest.raises(NoMetrics):
        Scrape.of(text)


@given(st.text(max_size=200))
def test_no_text_breaks_it(text: str) -> None:
    try:
        scrape = Scrape.of(f"parley_uptime_seconds 1\n{text}\n")
    except NoMetrics:
        return
    assert "parley" in drawn(rows(scrape), house(scrape)).lower()


@pytest.mark.parametrize(
    "line",
    [
        'parley_model_run_seconds_bucket{model="a"} 1',
        'parley_model_run_seconds_count{le="1"} 1',
        'parley_model_role{model="a"} 1',
        'parley_model_loaded{device="x"} 1',
        "parley_gpu_memory_size_bytes 5",
        "parley_build_info 1",
        'parley_model_memory_bytes{model="a",kind="measured",device=""} -5',
        'parley_model_waiting_calls{model="a"} 1e308\nparley_model_role{model="a",role="b"} 1',
        "parley_turns_in_flight +Inf",
    ],
)
def test_samples_that_lack_what_ours_have_break_nothing(line: str) -> None:
    scrape = Scrape.of(f"parley_uptime_seconds 1\n{line}\n")
    assert "turns answered" in drawn(rows(scrape), house(scrape))


def test_of_very_many_models_a_bounded_number_is_shown() -> None:
    lines = "\n".join(f'parley_model_loaded{{model="m{n}",device=""}} 1' for n in range(300))
    assert len(rows(Scrape.of(f"parley_uptime_seconds 1\n{lines}\n"))) == 200
