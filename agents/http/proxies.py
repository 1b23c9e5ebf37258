"""The address of a proxy, taken apart once."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Self
from urllib.parse import unquote, urlsplit

__all__ = ["Proxy"]

_PORTS = {"http": 80, "https": 443, "socks5": 1080, "socks5h": 1080}


@dataclass(frozen=True, slots=True)
class Proxy:
    """``scheme``: http, https or socks5."""

    scheme: str
    host: str
    port: int
    user: str | None
    password: str

    @classmethod
    def of(cls, address: str) -> Self:
        """Raises ValueError for one that is none."""
        parts = urlsplit(address)
        if parts.scheme not in _PORTS or not parts.hostname:
            raise ValueError("not the address of a proxy")
        user = None if parts.username is None else unquote(parts.username)
        port = parts.port or _PORTS[parts.scheme]
        return cls(parts.scheme.removesuffix("h"), parts.hostname, port, user, unquote(parts.password or ""))

    @property
    def is_socks(self) -> bool:
        return self.scheme == "socks5"

    @property
    def address(self) -> str:
        """Without who calls."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"

    @property
    def headers(self) -> dict[str, str]:
        """What tells it who calls: RFC 7617."""
        if self.user is None:
            return {}
        told = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
        return {"Proxy-Authorization": f"Basic {told}"}
