"""The web door: listens where the settings say, and serves the app until it is stopped."""

from __future__ import annotations

import asyncio
import errno
import ipaddress
import socket
from contextlib import suppress

import structlog
from starlette.types import ASGIApp

from bot.door import AddressUnusable
from bot.web.hub import Hub
from bot.web.server import Server

__all__ = ["WebDoor"]

_log = structlog.get_logger()
_BACKLOG = 2048
_STOP = 3.0  # seconds; the server itself gives requests one


class WebDoor:
    """Serves ``app`` at ``host``, ``port`` (0: any that is free)."""

    def __init__(self, app: ASGIApp, hub: Hub, host: str, port: int) -> None:
        self._app = app
        self._hub = hub
        self._host = host
        self._port = port
        self._server: Server | None = None
        self._task: asyncio.Task[None] | None = None
        self.address = ""

    async def start(self) -> None:
        """Listen. Raises AddressUnusable."""
        listening = _listening(self._host, self._port)
        self._server = Server(self._app)
        self._task = asyncio.create_task(self._server.serve([listening]), name="web-door")
        up = asyncio.create_task(self._server.up.wait())
        await asyncio.wait({up, self._task}, return_when=asyncio.FIRST_COMPLETED)
        up.cancel()
        self.address = _address(self._host, listening.getsockname()[1])
        _log.info("web chat served", address=self.address)

    async def wait(self) -> None:
        """Return when the door was stopped. Raises a defect's own error when it fell shut."""
        if self._task is not None:
            await asyncio.wait({self._task})
            if not self._task.cancelled():
                self._task.result()

    async def stop(self) -> None:
        """End streams and requests, within 3 s. What was not acknowledged may be posted again with the same key."""
        if self._server is None or self._task is None:
            return
        self._hub.close()
        self._server.should_exit = True
        with suppress(TimeoutError):
            async with asyncio.timeout(_STOP):
                await asyncio.wait({self._task})
        self._task.cancel()


def _listening(host: str, port: int) -> socket.socket:
    six = host != "localhost" and ipaddress.ip_address(host).version == 6
    family = socket.AF_INET6 if six else socket.AF_INET
    # asyncio switches Nagle's algorithm off only where TCP is named; with it, each event would wait 40 ms.
    opened = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.bind((host, port))
        opened.listen(_BACKLOG)
    except OSError as error:
        opened.close()
        raise _unusable(error, host, port) from error
    return opened


def _unusable(error: OSError, host: str, port: int) -> AddressUnusable:
    if error.errno == errno.EADDRINUSE:
        return AddressUnusable(
            "PARLEY_HTTP_PORT", f"port {port} is taken by another program", "choose another one, or 0 for any"
        )
    if error.errno == errno.EACCES:
        return AddressUnusable("PARLEY_HTTP_PORT", f"port {port} may not be used", "choose one above 1023")
    return AddressUnusable("PARLEY_HTTP_HOST", f"{host} is no address of this host", "choose one of its own")


def _address(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
