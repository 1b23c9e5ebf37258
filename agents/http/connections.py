"""Connections to other hosts, directly or through a proxy; one of SOCKS is asked for hosts by their names."""

from __future__ import annotations

import ssl

import aiohttp
from python_socks import ProxyType

from agents.http.connectors import DirectConnector, SocksConnector
from agents.http.proxies import Proxy

__all__ = ["connections"]

_KEPT_ALIVE = 60.0  # seconds; with fewer most messages would wait for a new connection and its TLS handshake


def connections(
    trusted: ssl.SSLContext | bool, proxy: Proxy | None, watching: aiohttp.TraceConfig
) -> aiohttp.ClientSession:
    """As many as are called for at once. Nothing is added to what is sent, nor taken from what comes."""
    through_http = proxy if proxy and not proxy.is_socks else None
    return aiohttp.ClientSession(
        connector=_connector(trusted, proxy),
        proxy=through_http.address if through_http else None,
        timeout=aiohttp.ClientTimeout(total=None),
        cookie_jar=aiohttp.DummyCookieJar(),
        skip_auto_headers=("Accept", "Accept-Encoding", "Content-Type", "User-Agent"),
        trace_configs=[watching],
        auto_decompress=False,
        trust_env=False,
    )


def _connector(trusted: ssl.SSLContext | bool, proxy: Proxy | None) -> aiohttp.TCPConnector:
    if proxy is None or not proxy.is_socks:
        return DirectConnector(ssl=trusted, limit=0, keepalive_timeout=_KEPT_ALIVE)
    return SocksConnector(
        proxy.host,
        proxy.port,
        ProxyType.SOCKS5,
        proxy.user,
        proxy.password,
        rdns=True,
        ssl=trusted,
        limit=0,
        keepalive_timeout=_KEPT_ALIVE,
    )
