"""The web door: listens where the settings say, and serves the app until it is stopped."""

from __future__ import annotations

import structlog
from starlette.types import ASGIApp

from bot.web.hub import Hub
from bot.web.serving import Serving

__all__ = ["WebDoor"]

_log = structlog.get_logger()


class WebDoor:
    """Serves ``app`` at ``host``, ``port`` (0: any that is free)."""

    def __init__(self, app: ASGIApp, hub: Hub, host: str, port: int) -> None:
        self._hub = hub
        self._serving = Serving(app, host, port, settings="PARLEY_HTTP")

    @property
    def address(self) -> str:
        return self._serving.address

    async def start(self) -> None:
        """Listen. Raises AddressUnusable."""
        await self._serving.start()
        _log.info("web chat served", address=self.address)

    async def wait(self) -> None:
        """Return when the door was stopped. Raises a defect's own error when it fell shut."""
        await self._serving.wait()

    async def stop(self) -> None:
        """End streams and requests, within 3 s. What was not acknowledged may be posted again with the same key."""
        self._hub.close()
        await self._serving.stop()
