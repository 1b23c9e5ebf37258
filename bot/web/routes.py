"""The interface the page talks to, and what operators ask."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.web.bounds import Bounds
from bot.web.guard import Poster, Reader
from bot.web.hub import Hub
from bot.web.media import Gallery
from bot.web.posts import Posts
from bot.web.readiness import Readiness
from bot.web.refusal import Refused
from bot.web.stream import EventStream
from bot.web.timeline import Timelines
from bot.web.uploads import Uploads, form_key

__all__ = ["TURNS", "chat_routes", "health_routes"]

TURNS = "/api/turns"
_LARGEST_ID = 2**63 - 1


def chat_routes(
    timelines: Timelines, hub: Hub, posts: Posts, uploads: Uploads, gallery: Gallery, bounds: Bounds
) -> APIRouter:
    """What a session may do with its own chat."""
    router = APIRouter()

    @router.get("/api/chat")
    async def chat(request: Request, visitor: Reader) -> Response:
        if (before := request.query_params.get("before")) is not None:
            return JSONResponse((await timelines.before(visitor.chat, _turn(before))).facts())
        newest = await timelines.newest(visitor.chat)
        return JSONResponse(newest.with_live(hub.live(visitor.chat)).facts())

    @router.get("/api/events")
    async def events(visitor: Reader) -> Response:
        return EventStream(hub, visitor.chat, lambda: timelines.newest(visitor.chat), bounds.ping)

    @router.post(TURNS)
    async def say(request: Request, visitor: Poster) -> Response:
        item = await posts.say(visitor, await uploads.post(request))
        return JSONResponse(item.facts(), 202)

    @router.post("/api/stop")
    async def stop(request: Request, visitor: Poster) -> Response:
        posts.stop(visitor, await _key(request))
        return Response(status_code=204)

    @router.post("/api/new")
    async def begin_anew(request: Request, visitor: Poster) -> Response:
        key = await _key(request)
        await posts.begin_anew(visitor, key)
        return JSONResponse({"key": key}, 202)

    @router.get("/media/{key}")
    async def media(key: str, visitor: Reader) -> Response:
        return await gallery.show(visitor.chat, key)

    return router


def health_routes(readiness: Readiness) -> APIRouter:
    """For whoever watches over the process; they tell nothing about anybody."""
    router = APIRouter()

    @router.get("/healthz")
    async def alive() -> Response:
        return JSONResponse({"status": "alive"})

    @router.get("/readyz")
    async def ready() -> Response:
        facts = await readiness.facts()
        return JSONResponse(facts, 200 if facts["status"] == "ready" else 503)

    return router


async def _key(request: Request) -> str:
    """Raises Refused."""
    form = await request.form(max_files=0, max_fields=10, max_part_size=1000)
    return form_key(form.get("key"))


def _turn(given: str) -> int:
    """Raises Refused."""
    if not (given.isascii() and given.isdigit() and int(given[:20]) <= _LARGEST_ID):
        raise Refused("bad-request", 400)
    return int(given)
