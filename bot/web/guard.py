"""Who may ask what: the host a request is meant for, the page it comes from, and the session it belongs to."""

from __future__ import annotations

import secrets
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.web.refusal import Refused, Refuser
from bot.web.session import Visitor, visitor_of

__all__ = ["Hosts", "Poster", "Reader", "check_form", "check_origin"]

_HERE = frozenset({"localhost", "127.0.0.1", "::1"})


class Hosts:
    """Refuses requests for other names than this host's: a stranger's name that was made to lead here (DNS rebinding)
    would put a stranger's page on the same footing as ours. ``more`` are further names that are ours.
    """

    def __init__(self, app: ASGIApp, refuser: Refuser, more: frozenset[str]) -> None:
        self._app = app
        self._refuser = refuser
        self._ours = _HERE | more

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and _name(f"//{Headers(scope=scope).get('host', '')}") not in self._ours:
            await self._refuser.refuse(Refused("unknown-host", 403), scope, receive, send)
            return
        await self._app(scope, receive, send)


def check_origin(request: Request) -> None:
    """Raises Refused when a browser says that another page sends this.

    A form's origin is ``null`` in browsers that take our Referrer-Policy at its word (Fetch standard, section 3.2.2);
    those tell by Sec-Fetch-Site, which no page can set, that it is our own.
    """
    origin = request.headers.get("origin")
    if origin == "null" and request.headers.get("sec-fetch-site") == "same-origin":
        return
    if origin is not None and _place(origin) != request.headers.get("host", "").lower():
        raise Refused("forbidden", 403)


def check_form(request: Request, given: object) -> None:
    """Raises Refused unless the form is one we gave to this browser."""
    check_origin(request)
    known = request.session.get("csrf")
    if not (isinstance(known, str) and isinstance(given, str) and secrets.compare_digest(_bytes(given), _bytes(known))):
        raise Refused("page-too-old", 403)


def _reader(request: Request) -> Visitor:
    if (visitor := visitor_of(request)) is None:
        raise Refused("signed-out", 401)
    return visitor


def _poster(request: Request) -> Visitor:
    check_origin(request)
    visitor = _reader(request)
    check_form(request, request.headers.get("x-csrf-token"))
    return visitor


Reader = Annotated[Visitor, Depends(_reader)]  # whoever has a session
Poster = Annotated[Visitor, Depends(_poster)]  # whoever posts from our page in it


def _name(address: str) -> str | None:
    try:
        return urlsplit(address).hostname
    except ValueError:  # brackets that do not close
        return None


def _place(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc.lower() or None
    except ValueError:
        return None


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")
