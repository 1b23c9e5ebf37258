"""What must not stand in a report that is sent to others: addresses, hosts, keys, paths, names of people."""

from __future__ import annotations

import getpass
import ipaddress
import re
import socket
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pydantic import SecretStr

if TYPE_CHECKING:
    from bot.settings import Settings

__all__ = ["Mask"]

_URL = re.compile(r"\b([a-z][a-z0-9+.-]{0,20})://[^\s#?;,)\"']*", re.I)
_PATH = re.compile(r"(?<![\w.<>/-])(?:~[\w.-]*|\.{1,2})?/+(?:[^\s/?&,;:\"'<>]+/+)*(?=[^\s/?&,;:\"'<>])")
_WINDOWS = re.compile(r"(?:\b[A-Za-z]:\\|(?<!\\)\\\\)(?:[^\\\s]+\\)*")
_ADDRESS = re.compile(r"[0-9A-Fa-f]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*|\b\d{1,3}(?:\.\d{1,3}){3}\b")
_TOKEN = re.compile(r"\b(?:sk|hf|gsk|xai|ghp|pat)[-_][\w-]{8,}")
_SHORTEST = 3  # characters of a name that is looked for
_COMMON = {"root", "user", "localhost", "ubuntu", "debian", "admin", "home"}


class Mask:
    """Takes out of texts what settings, and this machine, tell about their owner."""

    def __init__(self, secrets: Iterable[str] = (), names: Iterable[str] = ()) -> None:
        """``secrets`` are replaced wherever they stand, ``names`` as whole words."""
        self._secrets = sorted({secret for secret in secrets if secret}, key=len, reverse=True)
        words = {name for name in names if len(name) >= _SHORTEST and name.casefold() not in _COMMON}
        longest_first = sorted(words, key=len, reverse=True)
        self._names = re.compile(
            r"(?<!\w)(?:" + "|".join(map(re.escape, longest_first)) + r")(?!\w)" if longest_first else r"(?!)", re.I
        )

    @classmethod
    def of(cls, settings: Settings, references: Iterable[str] = ()) -> Mask:
        """Of everything that these settings and references hold."""
        given = settings.model_dump()
        urls = [text for text in (*_texts(given), *references) if "://" in text]
        places = [urlsplit(text[text.index("://") - _scheme(text) :]) for text in urls]
        hosts = {name for place in places for name in (place.hostname, place.username, place.password) if name}
        hosts |= {host.partition(":")[0] for host in settings.api_keys}
        return cls(_secrets(given), {*hosts, *_own_names()} - {"huggingface.co", "api.telegram.org"})

    def text(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "<key>")
        text = _URL.sub(r"\1://<host>", text)
        text = _TOKEN.sub("<key>", text)
        text = _ADDRESS.sub(_address, text)
        text = _WINDOWS.sub("<path>/", _PATH.sub("<path>/", text))
        return self._names.sub("<name>", text)

    def tree(self, tree: Any) -> Any:
        """Every text in lists and dictionaries."""
        if isinstance(tree, str):
            return self.text(tree)
        if isinstance(tree, Mapping):
            return {key: self.tree(value) for key, value in tree.items()}
        return [self.tree(value) for value in tree] if isinstance(tree, list | tuple) else tree


def _texts(tree: Any) -> Iterable[str]:
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, Mapping):
        for value in tree.values():
            yield from _texts(value)


def _secrets(tree: Any) -> Iterable[str]:
    if isinstance(tree, SecretStr):
        yield tree.get_secret_value()
    elif isinstance(tree, Mapping):
        for value in tree.values():
            yield from _secrets(value)


def _scheme(text: str) -> int:
    """How many signs before :// are the scheme: a reference has its backend before that."""
    found = re.search(r"[a-z][a-z0-9+.-]*(?=://)", text, re.I)
    return len(found[0]) if found else 0


def _address(found: re.Match[str]) -> str:
    try:
        ipaddress.ip_address(found[0])
    except ValueError:  # a time of day, say
        return found[0]
    return "<address>"


def _own_names() -> set[str]:
    """This machine's, and its user's."""
    names = {socket.gethostname(), socket.gethostname().partition(".")[0]}
    try:
        names.add(getpass.getuser())
    except (OSError, KeyError):  # no such user: a container with a number
        return names
    return names
