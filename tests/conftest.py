"""Fixtures for all tests. Nothing here may reach a host other than this one."""

from __future__ import annotations

import gc
import os
import socket
from collections.abc import Generator, Iterator
from typing import Any

import hypothesis
import pytest

from tests.order import longest_first

hypothesis.settings.register_profile("parley", deadline=None)  # how long an example takes says what else runs here
hypothesis.settings.load_profile("parley")
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["LANGSMITH_TRACING"] = "false"

_LOCAL = {"127.0.0.1", "::1", "localhost", "0.0.0.0", "", None}  # noqa: S104 - names that stay on this host


class NetworkBlocked(AssertionError):
    """A test tried to leave this host."""


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Without looks for garbage, of which there is little: they took a sixth of the time."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items[:] = longest_first(items)


@pytest.fixture(autouse=True)
def _stay_on_this_host(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Refuse name look-ups and connections to other hosts, whichever HTTP library asks."""
    connect, connect_ex, look_up = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def guard(address: Any) -> None:
        if isinstance(address, tuple) and address[0] not in _LOCAL:
            raise NetworkBlocked(f"connection to {address[0]}")

    def guarded_connect(self: socket.socket, address: Any) -> None:
        guard(address)
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        guard(address)
        return connect_ex(self, address)

    def guarded_look_up(host: Any, *args: Any, **kwargs: Any) -> Any:
        if (host.decode() if isinstance(host, bytes) else host) not in _LOCAL:
            raise NetworkBlocked(f"look-up of {host}")
        return look_up(host, *args, **kwargs)

    monkeypatch.setattr(socket.socket, "connect", guarded_connect)
    monkeypatch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
    monkeypatch.setattr(socket, "getaddrinfo", guarded_look_up)
    yield
