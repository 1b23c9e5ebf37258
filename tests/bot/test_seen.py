"""What was heard and seen, a line each, as its sender is shown it."""

from __future__ import annotations

import pytest

from agents.values import Observation, ObservationKind, Span
from bot.seen import Seen
from bot.texts import Texts


@pytest.mark.parametrize(("seconds", "when"), [(7.9, "0:07"), (3_750.0, "1:02:30")])
def test_when_something_was_heard_is_told(seconds: float, when: str) -> None:
    heard = Observation(
        ObservationKind.SOUNDTRACK, "fetch it", 0.9, "scripted", 0.1, 0, place=Span(seconds, seconds + 1)
    )
    assert f"{when} " in Seen(Texts()).told([heard], "en")
