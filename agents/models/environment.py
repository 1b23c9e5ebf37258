"""What an engine's process may know of our environment: how to find things and how to run, but nobody's secrets."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping

__all__ = ["for_engines"]

_OURS = re.compile(r"PARLEY_|TELEGRAM_|DATABASE_URL$|.*(TOKEN|KEY|SECRET|PASSWORD)S?(_|$)", re.IGNORECASE)
_PASSWORD = re.compile(r"://[^/@\s:]*:[^/@\s]*@")  # in a URL: RFC 3986, section 3.2.1


def for_engines(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The environment without our settings, and without what by its name or its look holds a token or a password."""
    return {name: value for name, value in environment.items() if not _OURS.match(name) and not _PASSWORD.search(value)}
