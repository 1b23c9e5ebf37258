"""What two looks at the metrics tell of each model on each device, and of the machine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.top.histogram import Histogram
from bot.top.scrape import Scrape

__all__ = ["House", "Row", "house", "rows"]

_MOST = 200  # models

_MEMORY = "parley_model_memory_bytes"
_AT_WORK = (
    "parley_model_loaded",
    "parley_model_run_seconds_count",
    "parley_model_queue_seconds_count",
    "parley_model_errors_total",
    "parley_model_steps_down_total",
)


@dataclass(frozen=True, slots=True)
class Row:
    """One model on one device; rates by the second, times in seconds, sizes in bytes. None where nothing is known.

    ``waiting`` is the model's, told in its first row alone. ``measured``: whether ``memory`` was, or else estimated.
    """

    model: str
    roles: Sequence[str]
    device: str
    state: str
    waiting: int | None
    calls: float
    batch: float | None
    queue_p50: float | None
    queue_p95: float | None
    run_p50: float | None
    run_p95: float | None
    tokens: float
    first_p50: float | None
    errors: int
    memory: float | None
    measured: bool


@dataclass(frozen=True, slots=True)
class House:
    """The process and the machine. ``gpus`` are device, used and size in bytes; ``cpu`` is cores at work."""

    seconds: float
    version: str
    memory: float
    children: float
    cpu: float
    working: int
    waiting: int
    oldest: float
    answered: int
    gpus: Sequence[tuple[str, float, float]]


def rows(now: Scrape, before: Scrape | None = None) -> list[Row]:
    """What happened between the two; without ``before``, or when it is of another process, since the start."""
    before = _earlier(now, before)
    return [
        _row(now, before, model, devices, first=not number)
        for model in sorted(_models(now))[:_MOST]
        for number, devices in enumerate(_devices(now, model))
    ]


def house(now: Scrape, before: Scrape | None = None) -> House:
    before = _earlier(now, before)
    seconds = now.uptime - before.uptime
    builds = [labels.get("version", "") for labels in now.labelled("parley_build_info")]
    size = "parley_gpu_memory_size_bytes"
    gpus = sorted(labels.get("device", "") for labels in now.labelled(size))
    return House(
        seconds=seconds,
        version=builds[0] if builds else "",
        memory=now.sum("process_resident_memory_bytes"),
        children=now.sum("parley_children_resident_memory_bytes"),
        cpu=_rate(now, before, "process_cpu_seconds_total"),
        working=round(now.sum("parley_turns_in_flight")),
        waiting=round(now.sum("parley_desk_waiting_turns")),
        oldest=now.sum("parley_desk_oldest_wait_seconds"),
        answered=round(_more(now, before, "parley_turns_total", outcome="answered")),
        gpus=[(one, now.sum("parley_gpu_memory_used_bytes", device=one), now.sum(size, device=one)) for one in gpus],
    )


def _earlier(now: Scrape, before: Scrape | None) -> Scrape:
    """``before``, or nothing at all when that was another process or the same moment."""
    return before if before is not None and before.uptime < now.uptime else Scrape()


def _row(now: Scrape, before: Scrape, model: str, devices: Sequence[str], *, first: bool) -> Row:
    def histogram(name: str) -> Histogram:
        def at(scrape: Scrape) -> Histogram:
            return sum((scrape.histogram(name, model=model, device=one) for one in devices), Histogram())

        return at(now).since(at(before))

    def more(name: str, **labels: str) -> float:
        return sum(_more(now, before, name, model=model, device=one, **labels) for one in devices)

    device, seconds = devices[0], _seconds(now, before)
    on = {"model": model, "device": device}
    queue, run = histogram("parley_model_queue_seconds"), histogram("parley_model_run_seconds")
    measured = now.value(_MEMORY, kind="measured", **on)
    estimated = now.value(_MEMORY, kind="estimated", **on)
    return Row(
        model=model,
        roles=sorted(has.get("role", "") for has in now.labelled("parley_model_role") if has.get("model") == model),
        device=device,
        state=_state(now, model, devices),
        waiting=round(now.sum("parley_model_waiting_calls", model=model)) if first else None,
        calls=run.count / seconds,
        batch=histogram("parley_model_batch_items").mean,
        queue_p50=queue.quantile(0.5),
        queue_p95=queue.quantile(0.95),
        run_p50=run.quantile(0.5),
        run_p95=run.quantile(0.95),
        tokens=more("parley_model_tokens_total", kind="reply") / seconds,
        first_p50=histogram("parley_model_first_token_seconds").quantile(0.5),
        errors=round(more("parley_model_errors_total")),
        memory=estimated if measured is None else measured,
        measured=measured is not None,
    )


def _models(now: Scrape) -> set[str]:
    return {
        labels["model"]
        for name in (*_AT_WORK, _MEMORY, "parley_model_role")
        for labels in now.labelled(name)
        if "model" in labels
    }


def _devices(now: Scrape, model: str) -> list[tuple[str, ...]]:
    """What goes into each row. What happened where it is not told, before it was loaded say, goes into the first."""

    def named(*names: str) -> list[str]:
        found = (labels for name in names for labels in now.labelled(name) if labels.get("model") == model)
        return sorted({labels.get("device", "") for labels in found} - {""})

    devices = named(*_AT_WORK) or named(_MEMORY)
    return [(one,) if number else (one, "") for number, one in enumerate(devices)] or [("",)]


def _state(now: Scrape, model: str, devices: Sequence[str]) -> str:
    words = []
    told = [now.value("parley_model_loaded", model=model, device=one) for one in devices]
    if known := [loaded for loaded in told if loaded is not None]:
        words.append("loaded" if any(known) else "unloaded")
    if sum(now.sum("parley_model_steps_down_total", model=model, device=one) for one in devices):
        words.append("stepped down")
    words += [
        f"breaker {state}"
        for state in ("half-open", "open")
        if now.value("parley_model_breaker_state", model=model, state=state)
    ]
    return ", ".join(words)


def _more(now: Scrape, before: Scrape, name: str, **labels: str) -> float:
    return max(0.0, now.sum(name, **labels) - before.sum(name, **labels))


def _rate(now: Scrape, before: Scrape, name: str, **labels: str) -> float:
    return _more(now, before, name, **labels) / _seconds(now, before)


def _seconds(now: Scrape, before: Scrape) -> float:
    return max(0.001, now.uptime - before.uptime)
