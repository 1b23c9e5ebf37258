"""Asking a running assistant for its metrics, within bounds of time and size, and what to do when that fails."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bot.hosts import is_this_host
from bot.top.scrape import NoMetrics, Scrape

if TYPE_CHECKING:
    from bot.settings import Settings

__all__ = ["Asker", "Unanswered", "address_of"]

_WITHIN = 10.0  # seconds
_LARGEST = 4 << 20  # bytes
_HIDDEN = {401, 403, 404}
_ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - where a server listens, told in what a client asks
_PATH = "/metrics"


class Unanswered(Exception):
    """No metrics were to be had; the message says in a line what to do."""


def address_of(settings: Settings, given: str | None) -> str:
    """Where to ask: ``given`` with or without the path, or where the settings serve the web chat. Raises Unanswered."""
    if given is not None:
        return _given(given)
    if not settings.http:
        raise Unanswered(
            "PARLEY_HTTP is false, so that the assistant has no port to ask. Set it to true, or give --url."
        )
    if not settings.http_port:
        raise Unanswered("PARLEY_HTTP_PORT is 0, so the port is not known. Give --url with what the assistant said.")
    host = _ANYWHERE.get(settings.http_host, settings.http_host)
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.http_port}{_PATH}"


def _given(text: str) -> str:
    try:
        parts = urlsplit(text if "://" in text else f"http://{text}")
        sound = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0 and parts.username is None
    except ValueError:  # a port that is no number, brackets that do not close
        sound = None
    if not sound:
        raise Unanswered("--url should be http://host:port, without a password.")
    return parts._replace(path=parts.path if parts.path.strip("/") else _PATH, fragment="").geturl()


class Asker:
    """``token`` is sent along where nobody else reads it: over TLS, or to this host. ``within`` is in seconds."""

    def __init__(self, address: str, token: str | None = None, *, within: float = _WITHIN) -> None:
        parts = urlsplit(address)
        secret = parts.scheme == "https" or is_this_host(parts.hostname or "")
        self._address = address
        self._headers = {"Authorization": f"Bearer {token}"} if token and secret else {}
        self._withheld = bool(token) and not secret
        self._within = within

    def ask(self) -> Scrape:
        """Raises Unanswered."""
        import httpx

        try:
            status, body = self._fetched()
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as exc:
            raise Unanswered(
                f"Nobody answers at {self._address}: start the assistant (python -m bot run), or give its --url."
            ) from exc
        if status in _HIDDEN:
            raise Unanswered(self._hidden())
        try:
            if status != httpx.codes.OK:
                raise NoMetrics
            return Scrape.of(body.decode("utf-8"))
        except (NoMetrics, UnicodeDecodeError) as exc:
            raise Unanswered(f"What answers at {self._address} tells no metrics of Parley: mind --url.") from exc

    def _fetched(self) -> tuple[int, bytes]:
        """The status and the body. Raises httpx.HTTPError, or TimeoutError for one that is too long or too slow."""
        import httpx

        until, body = time.monotonic() + self._within, bytearray()
        told = {"Accept": "text/plain; version=0.0.4", "Accept-Encoding": "identity", **self._headers}
        headers = httpx.Headers(told, encoding="utf-8")  # a token of the chat may be in any script
        with (
            httpx.Client(trust_env=False, timeout=self._within) as client,
            client.stream("GET", self._address, headers=headers) as response,
        ):
            for piece in response.iter_raw():
                body += piece
                if len(body) > _LARGEST or time.monotonic() > until:
                    raise TimeoutError
            return response.status_code, bytes(body)

    def _hidden(self) -> str:
        if self._withheld:
            return f"The token is not sent to {self._address}, where others could read it: use https."
        return (
            f"{self._address} is not shown to us: set PARLEY_METRICS_TOKEN to what the running assistant has, or "
            "PARLEY_HTTP_TOKEN where it has none."
        )
