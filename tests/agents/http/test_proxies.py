"""Proxies are reached as their addresses say, and what they are told of who calls reaches nobody else."""

from __future__ import annotations

import asyncio
from base64 import b64decode

import httpx
import pytest

from agents.http import Client, UnbrokenTransport
from agents.http.proxies import Proxy


@pytest.mark.parametrize(
    ("address", "proxy"),
    [
        ("http://proxy:3128", Proxy("http", "proxy", 3128, None, "")),
        ("HTTP://proxy", Proxy("http", "proxy", 80, None, "")),
        ("https://proxy/", Proxy("https", "proxy", 443, None, "")),
        ("SOCKS5://proxy", Proxy("socks5", "proxy", 1080, None, "")),
        ("socks5h://ada@proxy:9", Proxy("socks5", "proxy", 9, "ada", "")),
        ("socks5://ada:p%40ss%25@[::1]:9", Proxy("socks5", "::1", 9, "ada", "p@ss%")),
        ("http://ada:пароль@proxy:1", Proxy("http", "proxy", 1, "ada", "пароль")),
    ],
)
def test_an_address_is_taken_apart(address: str, proxy: Proxy) -> None:
    assert Proxy.of(address) == proxy
    again = Proxy.of(proxy.address)
    assert (again.scheme, again.host, again.port, again.user) == (proxy.scheme, proxy.host, proxy.port, None)


@pytest.mark.parametrize("address", ["proxy", "ftp://proxy", "socks4://proxy", "http://", "http://proxy:x"])
def test_what_is_no_proxy_is_refused(address: str) -> None:
    with pytest.raises(ValueError):
        Proxy.of(address)


async def asked(scheme: str, to: str, answer: bytes) -> bytes:
    """What the proxy hears of a call to that address first."""
    heard = bytearray()

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.extend(await reader.readuntil(b"\r\n\r\n"))
        writer.write(answer)
        writer.close()
        await writer.wait_closed()

    async with await asyncio.start_server(meet, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        trusted = httpx.create_ssl_context(trust_env=False)
        http = Client(UnbrokenTransport(trusted, 1, f"{scheme}://ada:пароль@127.0.0.1:{port}"), httpx.Timeout(5.0))
        try:
            async with http.stream("GET", to) as response:
                assert response.status_code == 200
        finally:
            await http.aclose()
    return bytes(heard)


def who(heard: bytes) -> str:
    (line,) = [line for line in heard.split(b"\r\n") if line.lower().startswith(b"proxy-authorization: basic ")]
    return b64decode(line.split()[-1]).decode()


async def test_who_calls_is_told_in_any_script() -> None:
    heard = await asked("http", "http://example.org/there", b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    assert heard.startswith(b"GET http://example.org/there HTTP/1.1\r\n")
    assert who(heard) == "ada:пароль"


async def test_a_refused_tunnel_is_the_proxys_failure() -> None:
    with pytest.raises(httpx.ProxyError):
        await asked("http", "https://example.org/", b"HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n")
