"""The language a visitor is spoken to in."""

from __future__ import annotations

import re

from starlette.requests import HTTPConnection

from bot.texts import LANGUAGES, language_of

__all__ = ["chosen", "spoken"]

_PREFERENCE = re.compile(r"\s*([A-Za-z-]{2,35})\s*(?:;\s*q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*)?")
_MOST = 20  # preferences looked at


def chosen(request: HTTPConnection) -> str | None:
    """The language the address asks for by ``lang``, if that is one of ours."""
    asked = request.query_params.get("lang")
    return asked if asked in LANGUAGES else None


def spoken(request: HTTPConnection) -> str:
    """The language asked for now or before, else the browser's."""
    kept = request.session.get("language") if "session" in request.scope else None
    return chosen(request) or (kept if kept in LANGUAGES else _preferred(request.headers.get("accept-language", "")))


def _preferred(header: str) -> str:
    """RFC 9110, section 12.5.4: of our languages the one with the greatest weight; English when there is none."""
    best, language = 0.0, "en"
    for preference in header.split(",", _MOST)[:_MOST]:
        if (found := _PREFERENCE.fullmatch(preference)) is None:
            continue
        weight = float(found[2] or 1)
        if weight > best and _ours(found[1]):
            best, language = weight, language_of(found[1])
    return language


def _ours(tag: str) -> bool:
    return language_of(tag) != "en" or tag.lower().split("-")[0] == "en"
