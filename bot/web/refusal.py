"""Refusals: what a client is told, with a status, a stable code and a sentence in its language."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from agents.errors import ParleyError
from agents.ports import Wording
from bot.web.language import spoken
from storage.errors import StorageError

__all__ = ["Refused", "Refuser"]

_STORAGE_AGAIN = 5  # seconds
_BY_STATUS = {401: "signed-out", 403: "forbidden", 404: "not-found", 405: "not-found", 413: "too-large"}


class Refused(ParleyError):
    """A request that is not done. ``code`` names a sentence ``door.<code>``, which ``facts`` fill in."""

    def __init__(self, code: str, status: int, *, retry_after: int | None = None, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.status = status
        self.retry_after = retry_after  # seconds
        self.facts = facts


class Refuser:
    """Words refusals and other errors as JSON."""

    def __init__(self, wording: Wording) -> None:
        self._wording = wording

    def heed(self, app: FastAPI) -> None:
        """Answer every error of the app."""
        app.add_exception_handler(Refused, self._refused)
        app.add_exception_handler(StorageError, self._not_stored)
        app.add_exception_handler(HTTPException, self._other)
        app.add_exception_handler(Exception, self._broken)

    def sentence(self, request: Request, refused: Refused) -> str:
        return self._wording.say(f"door.{refused.code.replace('-', '_')}", spoken(request), **refused.facts)

    async def refuse(self, refused: Refused, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer outside of the app."""
        await self._answer(Request(scope), refused)(scope, receive, send)

    def _answer(self, request: Request, refused: Refused) -> JSONResponse:
        headers = {} if refused.retry_after is None else {"Retry-After": str(refused.retry_after)}
        told = {"error": refused.code, "message": self.sentence(request, refused)}
        return JSONResponse(told, refused.status, headers)

    async def _refused(self, request: Request, error: Exception) -> JSONResponse:
        if not isinstance(error, Refused):
            raise error
        return self._answer(request, error)

    async def _not_stored(self, request: Request, _: Exception) -> JSONResponse:
        return self._answer(request, Refused("storage", 503, retry_after=_STORAGE_AGAIN))

    async def _other(self, request: Request, error: Exception) -> JSONResponse:
        if not isinstance(error, HTTPException):
            raise error
        return self._answer(request, Refused(_BY_STATUS.get(error.status_code, "bad-request"), error.status_code))

    async def _broken(self, request: Request, _: Exception) -> JSONResponse:
        return self._answer(request, Refused("broken", 500))
