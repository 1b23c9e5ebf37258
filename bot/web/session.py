"""The session: a signed cookie that says which chat a browser has."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

from itsdangerous import SignatureExpired, TimestampSigner
from pydantic import SecretStr
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.web.language import spoken
from storage.faults import files_translated

__all__ = ["Sessions", "Signing", "Visitor", "admit", "csrf_of", "dismiss", "visitor_of"]

_LASTS = 90 * 24 * 3600  # seconds after the last look at the page
_KEY_FILE = "web.key"
_KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class Visitor:
    """A browser that passed the door. ``csrf`` comes with everything its page posts."""

    chat: str
    csrf: str
    language: str


@dataclass(frozen=True, slots=True)
class Signing:
    """What sessions are signed with, and the cookie's name: browsers do not tell the ports of a host apart, so two
    installations on it must not take each other's cookies away.
    """

    key: str = field(repr=False)
    cookie: str

    @classmethod
    def of(cls, folder: Path, token: SecretStr | None) -> Signing:
        """From the installation's own key, mixed with the token, so that a new one ends sessions.

        Raises StorageFull or StorageBroken.
        """
        kept = _kept_key(folder / _KEY_FILE)
        mixed = "" if token is None else token.get_secret_value()
        key = hmac.new(kept, mixed.encode("utf-8", "replace"), hashlib.sha256).hexdigest()
        return cls(key, f"parley-{hashlib.sha256(kept).hexdigest()[:8]}")


class _Signer(TimestampSigner):
    """Believes what was signed in a future that is none: a clock that is set back must not take people's chats away."""

    def unsign(self, *given: Any, **options: Any) -> Any:
        try:
            return super().unsign(*given, **options)
        except SignatureExpired as expired:
            signed = expired.date_signed
            if signed is None or signed <= self.timestamp_to_datetime(self.get_timestamp()):
                raise
            return expired.payload


class Sessions:
    """Puts the session into the scope. Its cookie goes over TLS alone once the page came by it."""

    def __init__(self, app: ASGIApp, signing: Signing) -> None:
        def sessions(secure: bool) -> SessionMiddleware:
            made = SessionMiddleware(app, signing.key, signing.cookie, _LASTS, same_site="strict", https_only=secure)
            made.signer = _Signer(signing.key)
            return made

        self._by_scheme = {"http": sessions(False), "https": sessions(True)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._by_scheme.get(scope.get("scheme", "http"), self._by_scheme["http"])(scope, receive, send)


def admit(request: HTTPConnection) -> Visitor:
    """Give this browser a chat of its own. What its session held before is void."""
    language = spoken(request)
    request.session.clear()
    request.session.update(chat=str(uuid4()), csrf=secrets.token_urlsafe(24), language=language)
    return Visitor(request.session["chat"], request.session["csrf"], language)


def dismiss(request: HTTPConnection) -> None:
    request.session.clear()


def visitor_of(request: HTTPConnection) -> Visitor | None:
    """Who this is, if it passed the door before."""
    chat, csrf = request.session.get("chat"), request.session.get("csrf")
    return Visitor(chat, csrf, spoken(request)) if isinstance(chat, str) and isinstance(csrf, str) else None


def csrf_of(request: HTTPConnection) -> str:
    """The secret that a form of this browser carries, given out now if there is none yet."""
    return str(request.session.get("csrf") or request.session.setdefault("csrf", secrets.token_urlsafe(24)))


def _kept_key(path: Path) -> bytes:
    with files_translated():
        try:
            key = path.read_bytes()
        except FileNotFoundError:
            key = b""
        return key if len(key) == _KEY_BYTES else _new_key(path)


def _new_key(path: Path) -> bytes:
    """Written whole or not at all, and never readable by others."""
    key, partial = secrets.token_bytes(_KEY_BYTES), path.with_name(f"{_KEY_FILE}.{secrets.token_hex(4)}")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
    return key
