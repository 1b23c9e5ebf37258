"""Where a model on another host answers: the address and the model's name that a reference ``openai:...#...`` holds."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from agents.errors import ReferenceInvalid

if TYPE_CHECKING:
    from agents.models.reference import ModelReference

__all__ = ["Place"]

_REMEDY = "write openai:http://host:port/v1#model-name"
_NEAR_ENDINGS = (".localhost", ".local", ".lan", ".internal", ".home.arpa")  # RFC 6761, 6762, 8375; ICANN's .internal
_CALLS = ("/chat/completions", "/completions", "/embeddings", "/audio/transcriptions", "/audio/speech", "/models")


@dataclass(frozen=True, slots=True)
class Place:
    """``address`` is what stands before ``/chat/completions``; ``model`` is the name the host knows."""

    address: str
    model: str

    @classmethod
    def of(cls, reference: ModelReference) -> Place:
        """Raises ReferenceInvalid."""
        address, _, model = reference.name.partition("#")
        address = address.rstrip("/")
        if problem := _problem(address, model):
            raise ReferenceInvalid(_without_password(str(reference)), problem, _REMEDY)
        return cls(address, model)

    @property
    def host(self) -> str:
        return urlsplit(self.address).hostname or ""

    @property
    def near(self) -> bool:
        """Whether it is this host or one of its own network, as far as the name tells: no proxy is asked for those."""
        host = self.host.rstrip(".")
        try:
            address = ipaddress.ip_address(host.partition("%")[0])
        except ValueError:
            return "." not in host or host.endswith(_NEAR_ENDINGS)
        return address.is_loopback or address.is_private or address.is_link_local


def _problem(address: str, model: str) -> str | None:
    parts = _parts(address)
    if parts is None or not model:
        return "the name is no address with a model"
    if parts.username is not None:
        return "the address holds a password, which belongs in PARLEY_API_KEYS"
    if call := next((call for call in _CALLS if parts.path.endswith(call)), None):
        return f"the address ends with {call}, which is added to it"
    return None


def _parts(address: str) -> SplitResult | None:
    try:
        parts = urlsplit(address)
        sound = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number, brackets that do not close
        return None
    return parts if sound else None


def _without_password(text: str) -> str:
    before, at, after = text.rpartition("@")
    scheme, slashes, _ = before.partition("://")
    return f"{scheme}://...@{after}" if at and slashes else text
