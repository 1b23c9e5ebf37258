"""uvicorn inside our event loop: without signal handlers, and with its errors in our log."""

from __future__ import annotations

import asyncio
import logging
import resource
import socket
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog
import uvicorn
from starlette.types import ASGIApp

from bot.web.protocol import PatientProtocol

__all__ = ["Server"]

_log = structlog.get_logger()
_CONNECTIONS = 2000
_HEADERS = 32 * 1024  # bytes
_GRACE = 1  # seconds
_FRAMES = 6  # the innermost ones


class Server(uvicorn.Server):
    """Signals are the service's business; ``up`` is set once connections are taken. ``tls``: a certificate and its key,
    both PEM.
    """

    def __init__(self, app: ASGIApp, tls: tuple[Path, Path] | None = None) -> None:
        _give_room()
        logger = logging.getLogger("uvicorn.error")
        logger.handlers, logger.propagate = [_Forwarder(logging.ERROR)], False
        logging.getLogger("python_multipart").setLevel(logging.ERROR)  # it warns of every form that is none
        super().__init__(
            uvicorn.Config(
                app,
                http=PatientProtocol,
                ws="none",
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=True,
                forwarded_allow_ips=["127.0.0.1", "::1"],
                limit_concurrency=_CONNECTIONS,
                timeout_graceful_shutdown=_GRACE,
                h11_max_incomplete_event_size=_HEADERS,
                ssl_certfile=tls and tls[0],
                ssl_keyfile=tls and tls[1],
            )
        )
        self.up = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.up.set()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _give_room() -> None:
    """As many open files as connections and their uploads may take, where the system gives that many."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2 * _CONNECTIONS if hard == resource.RLIM_INFINITY else min(2 * _CONNECTIONS, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


class _Forwarder(logging.Handler):
    """Hands records on by their static text and an exception's type and place: the rest may be what people sent."""

    def emit(self, record: logging.LogRecord) -> None:
        kind, _, trace = record.exc_info or (None, None, None)
        if kind is asyncio.CancelledError:  # a request broken off because the service stops
            return
        frames = traceback.extract_tb(trace)[-_FRAMES:]
        place = " < ".join(f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in reversed(frames))
        _log.error("web server", said=str(record.msg).strip(), error=kind and kind.__name__, at=place or None)
