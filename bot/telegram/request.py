"""How PTB's calls go out."""

from __future__ import annotations

import httpx
from telegram._utils.defaultvalue import DefaultValue
from telegram._utils.types import ODVInput
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

from agents.http import Client, UnbrokenTransport

__all__ = ["BotRequest"]

_SENDING_FILES = 20.0  # seconds for each piece to go out


class BotRequest(BaseRequest):
    """``deadlines`` are for what a call does not say itself. It needs no ``initialize``."""

    def __init__(self, transport: UnbrokenTransport, deadlines: httpx.Timeout) -> None:
        self._http = Client(transport, deadlines, {"User-Agent": self.USER_AGENT})
        self._deadlines = deadlines

    @property
    def read_timeout(self) -> float | None:
        return self._deadlines.read

    async def initialize(self) -> None:
        pass

    async def shutdown(self) -> None:
        await self._http.aclose()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        write_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        connect_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        pool_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """The status and the body. Raises TimedOut or NetworkError, caused by what httpx raises."""
        files = request_data.multipart_data if request_data else None
        deadlines = httpx.Timeout(
            connect=_told(connect_timeout, self._deadlines.connect),
            read=_told(read_timeout, self._deadlines.read),
            write=_told(write_timeout, _SENDING_FILES if files else self._deadlines.write),
            pool=_told(pool_timeout, self._deadlines.pool),
        )
        data = request_data.json_parameters if request_data else None
        try:
            async with self._http.stream(method, url, deadlines=deadlines, data=data, files=files) as response:
                return response.status_code, b"".join([piece async for piece in response.aiter_raw()])
        except httpx.TimeoutException as exc:
            raise TimedOut from exc
        except httpx.HTTPError as exc:
            raise NetworkError(type(exc).__name__) from exc


def _told(asked: ODVInput[float], else_: float | None) -> float | None:
    return else_ if isinstance(asked, DefaultValue) else asked
