"""The pace of calls to Telegram in numbers: whatever is skipped, put off or held is seen."""

from __future__ import annotations

from datetime import timedelta

import pytest
from prometheus_client import CollectorRegistry
from telegram.error import RetryAfter

from bot.metrics.pacing import PacingCollector
from bot.telegram.pacing import Crowded, Limits, NotNow, Scheduler


async def through() -> None: ...


async def refused() -> None:
    raise RetryAfter(timedelta(seconds=60))


async def test_what_became_of_calls_is_told() -> None:
    scheduler, registry = Scheduler(Limits(private=50, private_burst=1, spare=2)), CollectorRegistry()
    registry.register(PacingCollector(scheduler))
    await scheduler.run("sendMessage", "1", through)
    await scheduler.run("sendMessage", "1", through)
    await scheduler.run("getFile", None, through)
    with pytest.raises(RetryAfter):
        await scheduler.run("sendMessage", "2", refused)
    with pytest.raises(Crowded):
        await scheduler.run("sendMessage", "2", through)
    with pytest.raises(NotNow):
        await scheduler.run("sendChatAction", "2", through)

    def value(name: str, **labels: str) -> float | None:
        return registry.get_sample_value(f"parley_telegram_{name}", labels)

    assert value("calls_total", urgency="answer") == 3
    assert value("calls_total", urgency="free") == 1
    assert value("calls_refused_total", urgency="answer") == 1
    assert value("calls_refused_total", urgency="sign") == 1
    assert value("penalties_total", method="sendMessage") == 1
    assert value("held_total") == 1
    seconds = value("held_seconds_total")
    assert seconds is not None and 0 < seconds
    assert value("pace") == 1.0
