"""All metrics as text, in the format a client asks for: put together off the event loop, and at most once a second."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder

__all__ = ["Exposition", "Told"]

_FRESH = 1.0  # seconds a text counts
_WITHIN = 5.0  # seconds; a driver may hang
_OPEN_METRICS = "application/openmetrics-text"


@dataclass(frozen=True, slots=True)
class Told:
    """``kind`` is the content type."""

    text: bytes
    kind: str


class Exposition:
    """``look`` is called on the event loop before the registry is read in a thread.

    However many ask at once, it is read once, and while that hangs it is not begun again.
    """

    def __init__(
        self,
        registry: CollectorRegistry,
        look: Callable[[], None] = lambda: None,
        *,
        within: float = _WITHIN,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._registry = registry
        self._look = look
        self._within = within
        self._clock = clock
        self._texts: dict[str, tuple[float, asyncio.Task[Told]]] = {}

    async def told(self, accept: str) -> Told:
        """``accept`` is the header that says what the client reads. Raises TimeoutError."""
        asked = _reduced(accept)
        begun, telling = self._texts.get(asked, (float("-inf"), None))
        if telling is None or (telling.done() and self._clock() - begun > _FRESH):
            self._look()
            telling = asyncio.create_task(asyncio.to_thread(self._tell, asked), name="metrics")
            self._texts[asked] = self._clock(), telling
        async with asyncio.timeout(self._within):
            return await asyncio.shield(telling)

    def _tell(self, accept: str) -> Told:
        encode, kind = choose_encoder(accept)
        return Told(encode(self._registry), kind)


def _reduced(accept: str) -> str:
    """One of two headers that mean what this one means, so that what is kept does not grow with what is asked."""
    try:
        _, kind = choose_encoder(accept)
    except TypeError:  # a version that is no number
        return ""
    return _OPEN_METRICS if kind.startswith(_OPEN_METRICS) else ""
