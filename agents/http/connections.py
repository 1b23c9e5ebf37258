"""Connections to other hosts, directly or through a proxy; one of SOCKS is asked for hosts by their names."""

from __future__ import annotations

import ssl

import aiohttp
from aiohttp_socks import ProxyConnector

__all__ = ["connections"]

_KEPT_ALIVE = 60.0  # seconds; with fewer most messages would wait for a new connection and its TLS handshake
_BY_NAME, _SOCKS = "socks5h:", "socks5:"


def connections(trusted: ssl.SSLContext | bool, proxy: str | None) -> aiohttp.ClientSession:
    """As many as are called for at once. Nothing is added to what is sent, nor taken from what comes."""
    proxy = proxy.replace(_BY_NAME, _SOCKS, 1) if proxy else None
    through_socks = proxy is not None and proxy.startswith(_SOCKS)
    return aiohttp.ClientSession(
        connector=_connector(trusted, proxy if through_socks else None),
        proxy=None if through_socks else proxy,
        cookie_jar=aiohttp.DummyCookieJar(),
        skip_auto_headers=("Accept", "Accept-Encoding", "Content-Type", "User-Agent"),
        auto_decompress=False,
        trust_env=False,
    )


def _connector(trusted: ssl.SSLContext | bool, socks: str | None) -> aiohttp.TCPConnector:
    if socks is None:
        return aiohttp.TCPConnector(ssl=trusted, limit=0, keepalive_timeout=_KEPT_ALIVE)
    return ProxyConnector.from_url(socks, rdns=True, ssl=trusted, limit=0, keepalive_timeout=_KEPT_ALIVE)
