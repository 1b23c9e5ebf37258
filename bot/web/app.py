"""The app: routes with everything that stands before them."""

from __future__ import annotations

from collections.abc import Iterable

from fastapi import APIRouter, FastAPI
from starlette.types import ASGIApp

from bot.web.body import Bodies
from bot.web.bounds import Bounds
from bot.web.guard import Hosts
from bot.web.headers import Headers
from bot.web.pages import Assets
from bot.web.refusal import Refuser
from bot.web.routes import TURNS
from bot.web.session import Sessions, Signing

__all__ = ["make_app"]


def make_app(
    routers: Iterable[APIRouter],
    assets: Assets,
    refuser: Refuser,
    bounds: Bounds,
    signing: Signing,
    hosts: frozenset[str] | None,
) -> ASGIApp:
    """``hosts`` are names that are ours beside localhost, ``None`` when any may be."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    for router in routers:
        app.include_router(router)
    app.mount("/static", assets)
    refuser.heed(app)
    guarded: ASGIApp = Sessions(Bodies(app, bounds, frozenset({TURNS})), signing)
    if hosts is not None:
        guarded = Hosts(guarded, refuser, hosts)
    return Headers(guarded)
