"""Kinds of values that settings have: how each is written, and what it should be in words that show no value."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, SecretStr
from pydantic_settings import NoDecode

from bot.hosts import is_address, is_this_host

__all__ = [
    "Address",
    "Admitted",
    "Bearer",
    "Bindable",
    "Folder",
    "Gpus",
    "HookAddress",
    "HookSecret",
    "HostWithModel",
    "Keys",
    "LongToken",
    "Names",
    "ProxyUrl",
    "Token",
    "divided",
]

_SEPARATORS = re.compile(r"[\s,;\uff0c\uff1b]+")
_ADMITTED = re.compile(r"@?\w[\w.+-]*|-\d+")  # a username, or an id: those of groups are negative
_OPEN = {"open", "@open"}
_SHORTEST_TOKEN = 12  # characters
_PROXIES = {"http", "https", "socks5", "socks5h"}


def divided(value: object) -> object:
    """The pieces of a text with commas, semicolons or blanks between; what is no text as it is."""
    return _pieces(value) if isinstance(value, str) else value


def _pieces(value: str) -> tuple[str, ...]:
    return tuple(filter(None, _SEPARATORS.split(value)))


def _admitted(value: object) -> object:
    if not isinstance(value, str):
        return value
    names = _pieces(value)
    if not all(map(_is_person, names)):
        raise ValueError("should be `open`, or ids and usernames separated by commas")
    if len(names) > 1 and any(name.casefold() in _OPEN for name in names):
        raise ValueError("should be either `open`, which lets everybody in, or ids and usernames, not both")
    if names == ("@open",):
        raise ValueError("should give that person's id, since `open` lets everybody in")
    return tuple(name.removeprefix("@") for name in names) or None


def _names(value: object) -> object:
    if not isinstance(value, str):
        return value
    names = _pieces(value)
    if any(not _is_person(name) or name.casefold() in _OPEN for name in names):
        raise ValueError("should be ids and usernames separated by commas")
    return tuple(name.removeprefix("@") for name in names)


def _is_person(name: str) -> bool:
    return _ADMITTED.fullmatch(name) is not None


def _gpus(value: object) -> object:
    if not isinstance(value, str):
        return value
    numbers = _pieces(value)
    if numbers == ("none",):
        return ()
    if not all(re.fullmatch(r"[0-9]{1,2}", number) for number in numbers):
        raise ValueError("should be numbers of GPUs as in 0,2, or `none`")
    return tuple(map(int, numbers)) or None


def _keys(value: object) -> object:
    if not isinstance(value, str):
        return value
    pairs = [pair.strip().partition("=") for pair in value.split(",") if pair.strip()]
    if any(not host or not key or any(sign.isspace() for sign in host + key) for host, _, key in pairs):
        raise ValueError("should be host=key, with commas between several")
    if any("/" in host for host, _, _ in pairs):
        raise ValueError("should begin with a host as it stands in an address, without https:// and path")
    return {host.lower(): key for host, _, key in pairs}


def _is_url(text: str, schemes: set[str]) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number, brackets that do not close
        return False


def _proxy(value: str) -> str:
    if not _is_url(value, _PROXIES):
        raise ValueError("should be http://host:port or socks5://host:port")
    return value


def _address(value: str) -> str:
    if not _is_url(value, {"http", "https"}):
        raise ValueError("should be http://host or https://host")
    return value


def _host_with_model(value: str) -> str:
    address, _, model = value.partition("#")
    if not _is_url(address, {"http", "https"}) or not model or "?" in value or any(map(str.isspace, value)):
        raise ValueError("should be http://host:port/v1#model")
    return value


def _hook_address(value: str) -> str:
    plain = _is_url(value, {"http"}) and is_this_host(urlsplit(value).hostname or "")
    if not (plain or _is_url(value, {"https"})) or any(sign.isspace() or sign in "?#@" for sign in value):
        raise ValueError("should be https://host/path, or http:// where the host is this one")
    return value


def _bindable(value: str) -> str:
    if value != "localhost" and not is_address(value):
        raise ValueError("should be localhost or an IP address")
    return value


def _long(value: SecretStr) -> SecretStr:
    if len(value.get_secret_value()) < _SHORTEST_TOKEN:
        raise ValueError(f"should have at least {_SHORTEST_TOKEN} characters")
    return value


def _bearer(value: SecretStr) -> SecretStr:
    if not re.fullmatch(rf"[!-~]{{{_SHORTEST_TOKEN},}}", value.get_secret_value()):
        raise ValueError(f"should have at least {_SHORTEST_TOKEN} characters, all of ASCII and without blanks")
    return value


def _hook_secret(value: SecretStr) -> SecretStr:
    # https://core.telegram.org/bots/api#setwebhook takes 1 to 256; fewer than 16 are too easily guessed
    if not re.fullmatch(r"[A-Za-z0-9_-]{16,256}", value.get_secret_value()):
        raise ValueError("should have 16 to 256 characters, of A-Z, a-z, 0-9, _ and - alone")
    return value


def _none_of_blanks(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


Admitted = Annotated[tuple[str, ...] | None, NoDecode, BeforeValidator(_admitted)]
Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_names)]
Gpus = Annotated[tuple[int, ...] | None, NoDecode, BeforeValidator(_gpus)]
Keys = Annotated[Mapping[str, SecretStr], NoDecode, BeforeValidator(_keys)]
ProxyUrl = Annotated[str, AfterValidator(_proxy)]
Address = Annotated[str, AfterValidator(_address)]
HostWithModel = Annotated[str, AfterValidator(_host_with_model)]
HookAddress = Annotated[str, AfterValidator(_hook_address)]
Bindable = Annotated[str, AfterValidator(_bindable)]
Folder = Annotated[Path, AfterValidator(Path.expanduser)]
Token = Annotated[SecretStr | None, BeforeValidator(_none_of_blanks)]
LongToken = Annotated[Annotated[SecretStr, AfterValidator(_long)] | None, BeforeValidator(_none_of_blanks)]
Bearer = Annotated[Annotated[SecretStr, AfterValidator(_bearer)] | None, BeforeValidator(_none_of_blanks)]
HookSecret = Annotated[Annotated[SecretStr, AfterValidator(_hook_secret)] | None, BeforeValidator(_none_of_blanks)]
