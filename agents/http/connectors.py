"""Where connections come from: made directly or through a SOCKS proxy, or kept from earlier calls."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
from aiohttp_socks import ProxyConnectionError, ProxyConnector, ProxyTimeoutError

__all__ = ["DirectConnector", "SocksConnector"]

_CLEARING = 0.5  # seconds that are left to a connection that was not made in time


class DirectConnector(aiohttp.TCPConnector):
    """Takes no kept connection on which more came than was asked for: it would be read as the next call's answer."""

    async def _get(self, *key: Any) -> Any:
        while kept := await super()._get(*key):
            if kept.protocol is not None and not kept.protocol.should_close:
                return kept
            kept.close()
        return None


class SocksConnector(ProxyConnector, DirectConnector):
    """Raises ProxyConnectionError or ProxyTimeoutError for all that fails before there is a connection.

    python_socks waits for the end of TLS that never began, beyond every deadline.
    """

    async def _connect_via_proxy(self, *to: Any, **how: Any) -> Any:
        within = how.get("timeout")
        try:
            async with asyncio.timeout(None if within is None else within + _CLEARING):
                return await super()._connect_via_proxy(*to, **how)
        except TimeoutError as exc:
            raise ProxyTimeoutError("not connected in time") from exc
        except (OSError, ValueError, EOFError) as exc:  # the last where it hangs up amid what it says
            raise ProxyConnectionError("not connected") from exc
