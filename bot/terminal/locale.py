"""The language of the person at the terminal."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping

__all__ = ["locale"]

# In the order of POSIX.1-2024, section 8.2, for messages. The machine need not have the locale installed.
_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")
_TAG = re.compile(r"([A-Za-z]{2,8})(?:[_-]([A-Za-z0-9]{2,8}))?(?:[.@].*)?")


def locale(environment: Mapping[str, str] = os.environ) -> str | None:
    """The terminal's language as a BCP 47 tag; None when nothing tells it."""
    value = next((found for name in _VARIABLES if (found := environment.get(name))), "")
    match = _TAG.fullmatch(value)
    if match is None or match[1] == "POSIX":
        return None
    return "-".join(part for part in match.groups() if part)
