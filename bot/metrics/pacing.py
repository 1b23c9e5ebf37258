"""The pace of calls to Telegram in numbers: what went out, what had no room, and how often Telegram asked to wait."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

if TYPE_CHECKING:
    from bot.telegram.pacing import Scheduler

__all__ = ["PacingCollector"]


class PacingCollector:
    """Reads counts that only grow, each in one step, so that it may do so in any thread."""

    def __init__(self, scheduler: Scheduler) -> None:
        self._scheduler = scheduler

    def collect(self) -> Iterable[Metric]:
        tally = self._scheduler.tally
        for name, text, label, counts in (
            ("calls", "Calls made of the Bot API, by urgency; answers go before all else.", "urgency", tally.sent),
            (
                "calls_refused",
                "Calls that had no room: answers come again, the rest is skipped.",
                "urgency",
                tally.refused,
            ),
            ("penalties", "Times Telegram asked to wait (429), by method.", "method", tally.penalties),
        ):
            family = CounterMetricFamily(f"parley_telegram_{name}", text, labels=[label])
            for value, count in dict(counts).items():
                family.add_metric([value], count)
            yield family
        yield from self._numbers()

    def _numbers(self) -> Iterator[Metric]:
        tally = self._scheduler.tally
        yield CounterMetricFamily("parley_telegram_held", "Answers that waited for their turn.", tally.held)
        yield CounterMetricFamily("parley_telegram_held_seconds", "How long answers waited in all.", tally.seconds)
        text = "The part of the overall rate that is used; below 1 while Telegram holds back several chats."
        yield GaugeMetricFamily("parley_telegram_pace", text, self._scheduler.factor)
