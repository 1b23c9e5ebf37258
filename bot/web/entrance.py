"""The entrance: the page at ``/``, and signing in and out where a token is asked for."""

from __future__ import annotations

import secrets

from fastapi import APIRouter
from pydantic import SecretStr
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.web.attempts import Attempts
from bot.web.guard import Poster, check_form
from bot.web.language import spoken
from bot.web.pages import Pages
from bot.web.refusal import Refused, Refuser
from bot.web.session import admit, dismiss, visitor_of

__all__ = ["entrance"]

_SEE_OTHER = 303


def entrance(pages: Pages, refuser: Refuser, attempts: Attempts, token: SecretStr | None) -> APIRouter:
    """The routes that need no session, and the way out."""
    router = APIRouter()

    @router.get("/")
    async def page(request: Request) -> Response:
        if (visitor := visitor_of(request)) is not None:
            request.session["language"] = visitor.language  # which makes the cookie last anew
            return pages.chat(request, visitor)
        if request.headers.get("sec-fetch-site") == "cross-site":
            return _once_more(request)
        if token is not None:
            return pages.login(request, spoken(request))
        return pages.chat(request, admit(request))

    @router.post("/login")
    async def login(request: Request) -> Response:
        try:
            await _let_in(request, attempts, token)
        except Refused as refused:
            return pages.login(request, spoken(request), refuser.sentence(request, refused), refused.status)
        return RedirectResponse("/", _SEE_OTHER)

    @router.post("/logout")
    async def logout(request: Request, _: Poster) -> Response:
        dismiss(request)
        return RedirectResponse("/", _SEE_OTHER)

    return router


def _once_more(request: Request) -> Response:
    """Let the page be asked for by itself: a link on another site brings no cookie along, and a new one would take the
    place of the one that is there.
    """
    query = f"?{request.url.query}" if request.url.query else ""
    return HTMLResponse("", headers={"Refresh": f"0;url=/{query}"})


async def _let_in(request: Request, attempts: Attempts, token: SecretStr | None) -> None:
    """Raises Refused."""
    form = await request.form(max_files=0, max_fields=10, max_part_size=10_000)
    check_form(request, form.get("csrf"))
    address = request.client.host if request.client else ""
    attempts.check(address)
    given = form.get("token")
    wanted = "" if token is None else token.get_secret_value()
    if token is not None and not (isinstance(given, str) and _same(given.strip(), wanted.strip())):
        attempts.failed(address)
        raise Refused("wrong-token", 403)
    admit(request)


def _same(given: str, wanted: str) -> bool:
    """In constant time."""
    return secrets.compare_digest(given.encode("utf-8", "replace"), wanted.encode("utf-8", "replace"))
