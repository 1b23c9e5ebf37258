"""When in a video something is seen or said, as people write it: ``0:07`` or ``1:02:30``."""

from __future__ import annotations

from agents.values import Observation, Span

__all__ = ["clock", "stretch", "timed"]


def clock(seconds: float) -> str:
    """Minutes and seconds, with hours where there are any."""
    minutes, left = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"


def stretch(span: Span) -> str:
    """From when to when; one time where both are the same to the second."""
    start, end = clock(span.start), clock(span.end)
    return start if start == end else f"{start}-{end}"


def timed(observation: Observation) -> str:
    """The text of the observation after its time, if it has one."""
    if isinstance(observation.place, Span):
        return f"{stretch(observation.place)}: {observation.text}"
    return observation.text
