"""The pages: the chat, and the form before it."""

from __future__ import annotations

import hashlib
from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.templating import Jinja2Templates
from starlette.types import Scope

from bot.texts import Texts
from bot.texts.shown import answers, things
from bot.web.session import Visitor, csrf_of

__all__ = ["Assets", "Pages"]

_HERE = Path(__file__).parent
_STATIC = _HERE / "static"


class Assets(StaticFiles):
    """The page's files. Asked for by version they never change; else the browser asks whether they did."""

    def __init__(self) -> None:
        super().__init__(directory=_STATIC)
        self.version = _version()

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        asked = scope["query_string"] == f"v={self.version}".encode()
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if asked else "no-cache"
        return response


class Pages:
    """Renders with the sentences of ``web.po`` and what the page has to know."""

    def __init__(self, texts: Texts, version: str, limits: dict[str, float], *, needs_token: bool) -> None:
        self._templates = Jinja2Templates(_HERE / "templates")
        self._texts = texts
        self._version = version
        self._limits = limits
        self._needs_token = needs_token

    def chat(self, request: Request, visitor: Visitor) -> HTMLResponse:
        return self._render(request, "chat.html", visitor.language, visitor.csrf)

    def login(self, request: Request, language: str, error: str | None = None, status: int = 200) -> HTMLResponse:
        return self._render(request, "login.html", language, csrf_of(request), error, status)

    def _render(
        self, request: Request, name: str, language: str, csrf: str, error: str | None = None, status: int = 200
    ) -> HTMLResponse:
        told = {
            "lang": language,
            "csrf": csrf,
            "texts": self._texts.domain("web", language),
            "things": dict(things(language)),
            "answers": dict(answers(language)),
            "limits": self._limits,
            "version": self._version,
            "needs_token": self._needs_token,
            "error": error,
        }
        return self._templates.TemplateResponse(request, name, told, status)


def _version() -> str:
    """A name for what the static files hold now."""
    digest = hashlib.sha256()
    for path in sorted(path for path in _STATIC.rglob("*") if path.is_file()):
        digest.update(path.relative_to(_STATIC).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]
