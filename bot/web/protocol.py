"""HTTP/1.1 for clients that cannot be trusted to go on: what uvicorn waits for without end has deadlines here."""

from __future__ import annotations

import asyncio
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

__all__ = ["PatientProtocol"]


class PatientProtocol(H11Protocol):
    """A request's headers come within ``headers_within`` seconds. A body that nobody reads is let pass for ``linger``
    seconds after the answer, so that its sender gets to read that. A reader takes something every ``stalled`` seconds.
    """

    headers_within = 10.0
    linger = 10.0
    stalled = 30.0

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._listening: asyncio.TimerHandle | None = None
        self._telling: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._watch()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._watch()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._heard()
        self._taken()

    def pause_writing(self) -> None:
        super().pause_writing()
        if self._telling is None:
            self._telling = self.loop.call_later(self.stalled, self.transport.abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._taken()

    def _watch(self) -> None:
        """While the app has a request in its hands, it is the app that waits."""
        if self.cycle is not None and not self.cycle.response_complete:
            self._heard()
        elif self._listening is None:
            wait = self.headers_within if self.conn.their_state is h11.IDLE else self.linger
            self._listening = self.loop.call_later(wait, self._give_up)

    def _heard(self) -> None:
        if self._listening is not None:
            self._listening.cancel()
            self._listening = None

    def _taken(self) -> None:
        if self._telling is not None:
            self._telling.cancel()
            self._telling = None

    def _give_up(self) -> None:
        self._listening = None
        begun = self.conn.their_state is h11.IDLE and bool(self.conn.trailing_data[0])
        if begun and self.conn.our_state is h11.IDLE and not self.transport.is_closing():
            self._say_late()
        self.transport.close()

    def _say_late(self) -> None:
        headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
        late = h11.Response(status_code=408, headers=headers, reason=b"Request Timeout")
        for event in (late, h11.Data(data=b"The request came too slowly. Please try again."), h11.EndOfMessage()):
            self.transport.write(self.conn.send(event) or b"")
