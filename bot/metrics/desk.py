"""The intake desk in numbers: what waits, what is worked on, how work ended, and how many tasks the loop runs."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

if TYPE_CHECKING:
    from bot.desk_facts import DeskFacts
    from bot.inbox import Desk

__all__ = ["DeskCollector"]


class DeskCollector:
    """Tells what it saw at its last :meth:`look`: scrapes are put together in a thread, and the desk is the loop's."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._seen: DeskFacts = desk.facts()
        self._tasks = 0

    def look(self) -> None:
        self._seen = self._desk.facts()
        self._tasks = len(asyncio.all_tasks())

    def collect(self) -> Iterable[Metric]:
        seen = self._seen
        turns = CounterMetricFamily("parley_turns", "Turns that were worked on, by how that ended.", labels=["outcome"])
        for outcome, count in seen.outcomes.items():
            turns.add_metric([outcome], count)
        yield turns
        text = "Answers that the process before this one may have sent without a note; they are looked for first."
        yield CounterMetricFamily("parley_answers_doubtful", text, seen.doubtful)
        for name, text, value in (
            ("parley_turns_in_flight", "Turns that are worked on now.", seen.working),
            ("parley_desk_waiting_turns", "Turns that wait in memory; beyond a bound they wait on disk.", seen.waiting),
            ("parley_desk_oldest_wait_seconds", "How long the oldest unfinished turn has been there.", seen.oldest),
            (
                "parley_tasks",
                "Tasks of the event loop: workers, doors, turns and what goes on beside them.",
                self._tasks,
            ),
        ):
            yield GaugeMetricFamily(name, text, value)
