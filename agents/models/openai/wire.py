"""One host that speaks OpenAI's HTTP API: its address, its key, and the one pool of connections that all roles share.

What a host sends is bounded in size and time, read only in the shape that was asked for, and never decompressed. No
redirect is followed, so the key goes to its host alone. https://platform.openai.com/docs/api-reference tells the API.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import aclosing, asynccontextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import httpx

from agents.errors import ModelCrashed, ModelUnavailable
from agents.http import Client, UnbrokenTransport
from agents.models.openai.events import events
from agents.models.openai.failures import failure, translated

if TYPE_CHECKING:
    from agents.models.making import Making
    from agents.models.openai.place import Place

__all__ = ["Wire"]

_CONNECT_WITHIN = 5.0  # seconds, as the following
_REACH_WITHIN = 10.0
_CONNECTIONS = 256
# llama.cpp closes about every thirtieth connection after a stream without a word, and the next request on it is lost.
_FORGETFUL, _CLOSING = "llama.cpp", {"Connection": "close"}
_LARGEST_ANSWER = 4 << 20  # bytes; a quarter of an hour of speech with its words is one
_LARGEST_COMPLAINT = 8 << 10  # bytes looked at of what goes with a status that is no answer
_KEY_WANTED = {401, 403}
_JSON, _STREAM = "application/json", "text/event-stream"

T = TypeVar("T")


class Wire:
    """Raises, at every call, ModelUnavailable, ModelBusy, ModelLate, ModelCrashed and ModelRefused alone.

    ``address`` is what stands before the paths of the calls. It opens with the first call, after ``close`` too.
    """

    def __init__(self, reference: str, address: str, *, key: str | None = None, proxy: str | None = None) -> None:
        self.reference = reference
        self.address = address
        self._key = key
        self._proxy = proxy
        self._http: Client | None = None
        self._headers = _CLOSING  # until it is known who serves

    @classmethod
    def of(cls, making: Making, place: Place) -> Wire:
        """The one of a reference, for all its roles."""
        proxy = None if place.near else making.proxy
        return making.share("wire", lambda: cls(str(making.reference), place.address, key=making.key, proxy=proxy))

    async def reach(self) -> None:
        """See whether the host answers at all. Raises ModelUnavailable."""
        try:
            async with asyncio.timeout(_REACH_WITHIN):
                response = await self.look("/models")
        except (TimeoutError, httpx.HTTPError) as exc:
            raise ModelUnavailable(self.reference, "its server does not answer") from exc
        except (httpx.InvalidURL, ValueError) as exc:  # ValueError: a name that IDNA has no form for
            raise ModelUnavailable(self.reference, "its address is none: mind the host's name") from exc
        if response.status_code in _KEY_WANTED:  # of the others nothing follows: not all hosts list their models
            raise failure(self.reference, response, b"", "/models", None)

    async def look(self, path: str) -> httpx.Response:
        """The head of what stands at ``path``. Raises httpx.HTTPError; time is the caller's to bound."""
        async with self._open().stream("GET", self.address + path) as response:
            return response

    async def post(
        self,
        path: str,
        read: Callable[[Any], T],
        *,
        until: float,
        order: Mapping[str, Any] | None = None,
        **sent: Any,
    ) -> T:
        """What ``read`` makes of the JSON that comes back, until the loop's time ``until``.

        ``order`` goes as JSON; ``sent`` is httpx's ``data`` and ``files`` for a form.
        """
        with translated(self.reference):
            body = sent if order is None else {"json": order}
            async with asyncio.timeout_at(until), self._answered(path, order, (_JSON,), body) as response:
                return read(json.loads(await self._whole(response, _LARGEST_ANSWER)))

    async def fetch(
        self, path: str, order: Mapping[str, Any], kinds: tuple[str, ...], *, largest: int, until: float
    ) -> bytes:
        """The bytes that come back, of one of these ``kinds``, at most ``largest``, until the loop's time."""
        with translated(self.reference):
            async with (
                asyncio.timeout_at(until),
                self._answered(path, order, kinds, {"json": order}) as response,
            ):
                return await self._whole(response, largest)

    async def stream(
        self, path: str, order: Mapping[str, Any], tokens: int = 0
    ) -> AsyncGenerator[list[dict[str, Any]], None]:
        """The events of a streamed answer as they come; time is the caller's to bound. Closing it ends the answer.

        ``tokens``: the most that the order asks for.
        """
        with translated(self.reference):
            async with (
                self._answered(path, order, (_STREAM,), {"json": order}) as response,
                aclosing(events(response.aiter_raw(), tokens)) as arriving,
            ):
                async for some in arriving:
                    yield some

    async def close(self) -> None:
        http, self._http = self._http, None
        if http is not None:
            await http.aclose()

    @asynccontextmanager
    async def _answered(
        self, path: str, order: Mapping[str, Any] | None, kinds: tuple[str, ...], body: Mapping[str, Any]
    ) -> AsyncIterator[httpx.Response]:
        """A response of one of those kinds, its body still to be read. A kind that ends with / has more to it."""
        async with self._open().stream("POST", self.address + path, headers=self._headers, **body) as response:
            self._headers = _CLOSING if response.headers.get("server") == _FORGETFUL else {}
            if response.status_code != httpx.codes.OK:
                raise failure(self.reference, response, await _beginning(response), path, order)
            told = response.headers.get("content-type", "").partition(";")[0].strip().lower()
            if told == "text/html":
                raise ModelUnavailable(self.reference, "its server answers with a page: does its address end with /v1?")
            if not _is_of(told, kinds) or response.headers.get("content-encoding", "identity") != "identity":
                raise ModelCrashed(self.reference, "its server's answer is not of the kind that was asked for")
            yield response

    def _open(self) -> Client:
        if self._http is None:
            secure = self.address.startswith("https:") or (self._proxy or "").startswith("https:")
            trusted = httpx.create_ssl_context(trust_env=False) if secure else False
            transport = UnbrokenTransport(trusted, _CONNECTIONS, self._proxy)
            self._http = Client(transport, httpx.Timeout(None, connect=_CONNECT_WITHIN), self._authorization())
        return self._http

    def _authorization(self) -> dict[str, str]:
        if self._key is None:
            return {}
        if not (self._key.isascii() and self._key.isprintable()):
            raise ModelUnavailable(self.reference, "its key holds signs that no key has: PARLEY_API_KEYS")
        return {"Authorization": f"Bearer {self._key}"}

    async def _whole(self, response: httpx.Response, largest: int) -> bytes:
        body = bytearray()
        async for piece in response.aiter_raw():
            body += piece
            if len(body) > largest:
                raise ModelCrashed(self.reference, "its server's answer has no end")
        return bytes(body)


def _is_of(told: str, kinds: tuple[str, ...]) -> bool:
    return any(told == kind or (kind.endswith("/") and told.startswith(kind)) for kind in kinds)


async def _beginning(response: httpx.Response) -> bytes:
    body = bytearray()
    async for piece in response.aiter_raw():
        body += piece
        if len(body) > _LARGEST_COMPLAINT:
            break
    return bytes(body[:_LARGEST_COMPLAINT])
