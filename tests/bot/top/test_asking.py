"""Asking for metrics: whatever answers, in bounded time and size, and with the token where it belongs."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from pydantic import SecretStr

from bot.settings import Settings
from bot.top.asking import Asker, Unanswered, address_of
from tests.agents.models.openai.raw_host import HEAD, RawHost

TOKEN = "a-token-for-scraping"

PAGE = b"HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n<html></html>"
ELSEWHERE = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"


@pytest.mark.parametrize(
    "host",
    [
        RawHost(HEAD % b"text/plain", b"# x\n" * 10_000, end="flood"),
        RawHost(HEAD % b"text/plain", b"#", end="flood"),
        RawHost(HEAD % b"text/plain", b"#", end="silence"),
        RawHost(HEAD % b"text/plain", b"#", end="reset"),
        RawHost(end="silence"),
        RawHost(PAGE),
        RawHost(ELSEWHERE),
        RawHost(b"\xff\xfe\r\n\r\n"),
        RawHost(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n\xff\xfe"),
    ],
    ids=["endless", "slow", "stalled", "reset", "silent", "page", "elsewhere", "no-http", "no-text"],
)
async def test_whatever_answers_the_end_is_a_line_in_time(host: RawHost) -> None:
    async with host:
        asker = Asker(f"http://127.0.0.1:{host.port}/metrics", within=0.5)
        with pytest.raises(Unanswered) as caught:
            await asyncio.wait_for(asyncio.to_thread(asker.ask), 20)
    assert "\n" not in str(caught.value)


async def test_the_token_goes_nowhere_where_others_could_read_it() -> None:
    assert "Authorization" in Asker("http://127.0.0.1:8080/metrics", TOKEN)._headers
    assert "Authorization" in Asker("https://chat.example.org/metrics", TOKEN)._headers
    assert "Authorization" not in Asker("http://chat.example.org/metrics", TOKEN)._headers


def settings(**given: Any) -> Settings:
    return Settings(_env_file=None, **given)


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("http://127.0.0.1:8081", "http://127.0.0.1:8081/metrics"),
        ("localhost:8081/", "http://localhost:8081/metrics"),
        ("https://chat.example.org/parley/metrics", "https://chat.example.org/parley/metrics"),
    ],
)
def test_an_address_is_taken_with_and_without_its_path(given: str, address: str) -> None:
    assert address_of(settings(), given) == address


@pytest.mark.parametrize(
    "given", ["ftp://host", "http://", "http://host:0", "http://host:x", "http://[", "http://a:b@host"]
)
def test_an_address_that_is_none_is_refused_in_a_line(given: str) -> None:
    with pytest.raises(Unanswered, match="--url"):
        address_of(settings(), given)


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ({}, "http://127.0.0.1:8080/metrics"),
        ({"http_host": "::1", "http_port": 81}, "http://[::1]:81/metrics"),
        ({"http_host": "0.0.0.0", "http_token": SecretStr("x" * 12)}, "http://127.0.0.1:8080/metrics"),  # noqa: S104
        ({"http_host": "::", "http_token": SecretStr("x" * 12)}, "http://[::1]:8080/metrics"),
    ],
)
def test_without_one_it_asks_where_the_settings_serve(given: dict[str, Any], address: str) -> None:
    assert address_of(settings(**given), None) == address


@pytest.mark.parametrize(("given", "name"), [({"http": False}, "PARLEY_HTTP"), ({"http_port": 0}, "PARLEY_HTTP_PORT")])
def test_where_the_settings_serve_nothing_it_says_what_to_do(given: dict[str, Any], name: str) -> None:
    with pytest.raises(Unanswered, match=f"^{name} is .*--url"):
        address_of(settings(**given), None)
