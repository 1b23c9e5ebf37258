"""The language of the person at the terminal."""

from __future__ import annotations

import locale as _locale

__all__ = ["locale"]


def locale() -> str | None:
    """The terminal's language as a BCP 47 tag, from the usual POSIX variables; None when they say nothing."""
    _locale.setlocale(_locale.LC_CTYPE, "")
    tag = _locale.getlocale(_locale.LC_CTYPE)[0]
    return tag.replace("_", "-") if tag and tag != "C" else None
