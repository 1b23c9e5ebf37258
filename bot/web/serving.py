"""An app served at an address of this host, from start to stop."""

from __future__ import annotations

import asyncio
import errno
import ipaddress
import socket
from contextlib import suppress
from pathlib import Path

from starlette.types import ASGIApp

from bot.door import AddressUnusable
from bot.web.server import Server

__all__ = ["Serving"]

_BACKLOG = 2048
_STOP = 3.0  # seconds; the server itself gives requests one


class Serving:
    """Serves ``app`` at ``host``, ``port`` (0: any that is free), with ``tls`` if a certificate and its key are given.

    ``settings`` begins the names of the settings that tell where.
    """

    def __init__(
        self, app: ASGIApp, host: str, port: int, *, settings: str, tls: tuple[Path, Path] | None = None
    ) -> None:
        self._app = app
        self._host = host
        self._port = port
        self._settings = settings
        self._tls = tls
        self._server: Server | None = None
        self._task: asyncio.Task[None] | None = None
        self.address = ""

    async def start(self) -> None:
        """Listen. Raises AddressUnusable."""
        listening = self._listening()
        self._server = Server(self._app, self._tls)
        self._task = asyncio.create_task(self._server.serve([listening]), name="serving")
        up = asyncio.create_task(self._server.up.wait())
        await asyncio.wait({up, self._task}, return_when=asyncio.FIRST_COMPLETED)
        up.cancel()
        host = f"[{self._host}]" if ":" in self._host else self._host
        self.address = f"{'https' if self._tls else 'http'}://{host}:{listening.getsockname()[1]}"

    async def wait(self) -> None:
        """Return when it was stopped. Raises a defect's own error when it fell."""
        if self._task is not None:
            await asyncio.wait({self._task})
            if not self._task.cancelled():
                self._task.result()

    async def stop(self) -> None:
        """End requests, within 3 s."""
        if self._server is None or self._task is None:
            return
        self._server.should_exit = True
        with suppress(TimeoutError):
            async with asyncio.timeout(_STOP):
                await asyncio.wait({self._task})
        self._task.cancel()

    def _listening(self) -> socket.socket:
        six = self._host != "localhost" and ipaddress.ip_address(self._host).version == 6
        family = socket.AF_INET6 if six else socket.AF_INET
        # asyncio switches Nagle's algorithm off only where TCP is named; with it, each event would wait 40 ms.
        opened = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        try:
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            opened.bind((self._host, self._port))
            opened.listen(_BACKLOG)
        except OSError as error:
            opened.close()
            raise self._unusable(error) from error
        return opened

    def _unusable(self, error: OSError) -> AddressUnusable:
        port, host = f"{self._settings}_PORT", f"{self._settings}_HOST"
        if error.errno == errno.EADDRINUSE:
            return AddressUnusable(
                port, f"port {self._port} is taken by another program", "choose another one, or 0 for any"
            )
        if error.errno == errno.EACCES:
            return AddressUnusable(port, f"port {self._port} may not be used", "choose one above 1023")
        return AddressUnusable(host, f"{self._host} is no address of this host", "choose one of its own")
