"""``GET /metrics`` for whoever watches over the process: this host's own programs, or whoever has the token."""

from __future__ import annotations

import ipaddress
import secrets
from urllib.parse import urlsplit

from fastapi import APIRouter
from pydantic import SecretStr
from starlette.requests import Request
from starlette.responses import Response

from bot.hosts import is_this_host
from bot.metrics.exposition import Exposition
from bot.web.attempts import Attempts
from bot.web.refusal import Refused

__all__ = ["METRICS", "Scraping", "metrics_routes"]

METRICS = "/metrics"
_AGAIN = 5  # seconds
_BLANKS = " \t"  # a header is bytes, told as Latin-1, in which others are parts of letters
_FORWARDING = {"forwarded", "via", "x-real-ip", "x-client-ip", "true-client-ip"}


class Scraping:
    """Who may read. With a token that is who has it. Without one it is who asks from this host, by this host's own name
    and not through a proxy that tells of itself; one that does not looks like this host, so that a chat with a token
    should have one here too. Others are told of no such page.
    """

    def __init__(self, token: SecretStr | None, attempts: Attempts) -> None:
        self._token = token
        self._attempts = attempts

    def check(self, request: Request) -> None:
        """Raises Refused."""
        if self._token is not None:
            self._check_token(request, self._token.get_secret_value())
        elif not (_is_here(request) and _is_meant(request)) or any(map(_is_forwarding, request.headers)):
            raise Refused("not-found", 404)

    def _check_token(self, request: Request, wanted: str) -> None:
        address = request.client.host if request.client else ""
        self._attempts.check(address)
        kind, _, given = request.headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer" and given.strip(_BLANKS):
            # both sides stripped, as pasted tokens bring blanks; compared in constant time
            if secrets.compare_digest(given.strip(_BLANKS).encode("latin-1"), wanted.strip().encode()):
                return
            self._attempts.failed(address)
        raise Refused("not-found", 404)


def metrics_routes(exposition: Exposition, scraping: Scraping) -> APIRouter:
    router = APIRouter()

    @router.get(METRICS)
    async def metrics(request: Request) -> Response:
        scraping.check(request)
        try:
            told = await exposition.told(request.headers.get("accept", ""))
        except TimeoutError as exc:
            raise Refused("busy", 503, retry_after=_AGAIN) from exc
        return Response(told.text, headers={"Content-Type": told.kind})

    return router


def _is_here(request: Request) -> bool:
    try:
        return request.client is not None and ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:  # what a proxy calls a client may be no address
        return False


def _is_meant(request: Request) -> bool:
    """Whether this host was asked by a name that only its own programs use: a page that was led here (DNS rebinding)
    asks by the page's.
    """
    try:
        return is_this_host(urlsplit(f"//{request.headers.get('host', '')}").hostname or "")
    except ValueError:  # brackets that do not close
        return False


def _is_forwarding(header: str) -> bool:
    return header in _FORWARDING or header.startswith("x-forwarded-")
