"""Which addresses may become links.

Telegram refuses a whole message for one ``text_link`` that it cannot read, so what becomes one is narrower than what
it takes: the rules are those of tdlib's ``LinkManager::check_link`` (a host with a dot, no other scheme). It would read
``mailto:`` as a host's name; an e-mail address that is seen becomes a link by itself.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

__all__ = ["is_link", "shown"]

_LONGEST = 2048  # characters; longer ones are data rather than addresses
_HOST = re.compile(r"(?:[a-z0-9_-]+\.)+[a-z0-9-]+", re.IGNORECASE)
_TG = re.compile(r"tg://[a-z0-9_-]+/?(?:\?[!-~]*)?", re.IGNORECASE)
_VISIBLE = re.compile(r"[!-~]+")


def is_link(url: str) -> bool:
    """Whether it is an http, https or tg address that Telegram takes."""
    if len(url) > _LONGEST or not _VISIBLE.fullmatch(url):
        return False
    if url[:3].lower() == "tg:":
        return _TG.fullmatch(url) is not None
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    named = _HOST.fullmatch(parts.hostname or "") is not None
    return parts.scheme in {"http", "https"} and named and "@" not in parts.netloc and port != 0


def shown(url: str) -> str:
    """What a reader should see of an address that cannot be a link; nothing for a place in the same text."""
    if url[:7].lower() == "mailto:":
        return url[7:].partition("?")[0]
    return "" if url.startswith("#") else url
