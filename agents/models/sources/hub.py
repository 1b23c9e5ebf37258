"""Model files from a hub, or a mirror that serves the same paths.

A hub that cannot be reached costs a few seconds once, not a time-out a file.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from pathlib import Path

import httpx

from agents.models.entry import HubSource, ModelFile
from agents.models.sources.content import is_file, partial
from agents.models.sources.progress import Advance, Reason, SourceFailed, beyond

__all__ = ["Hub"]

_ATTEMPTS = 3


class Hub:
    """The hub at ``endpoint``. ``patience`` is how many seconds it may take to show that it can be reached.

    ``proxy`` is an http, https or socks5 URL. ``offline``: never ask.
    """

    def __init__(
        self, endpoint: str, proxy: str | None = None, *, offline: bool = False, patience: float = 3.0
    ) -> None:
        self._endpoint = endpoint.rstrip("/")
        self._proxy = proxy
        self._offline = offline
        self._patience = patience
        self._reachable: bool | None = None

    def knock(self) -> None:
        """Raise SourceFailed where the hub cannot be reached; asked once, remembered for good."""
        if self._offline:
            raise SourceFailed(Reason.OFFLINE, self._endpoint)
        if self._reachable is None:
            # Resolving a name knows no time-out of ours, so it is waited for from outside.
            knocking = threading.Thread(target=self._answer, daemon=True)
            knocking.start()
            knocking.join(self._patience + 1.0)
        if not self._reachable:
            self._reachable = False
            raise SourceFailed(Reason.UNREACHABLE, self._endpoint)

    def needs(self, files: Sequence[ModelFile], folder: Path) -> tuple[int, int]:
        """Bytes to have, and how many of them are here from an earlier try."""
        here = sum(min(file.bytes, _grown(partial(folder, file.name))) for file in files)
        return sum(file.bytes for file in files), here

    def fetch(self, source: HubSource, files: Sequence[ModelFile], folder: Path, advance: Advance) -> None:
        """Put verified files into ``folder``. ``advance`` is told how many of their bytes are here.

        Raises SourceFailed and OSError. What was fetched stays for the next try.
        """
        done = 0
        with self._client() as client:
            for file in files:
                self._fetch_file(client, source, file, folder, beyond(done, advance))
                done += file.bytes

    def _client(self) -> httpx.Client:
        timeout = httpx.Timeout(15.0, connect=self._patience)
        return httpx.Client(proxy=self._proxy, timeout=timeout, follow_redirects=True)

    def _answer(self) -> None:
        try:
            with self._client() as client:
                self._reachable = client.head(self._endpoint, follow_redirects=False).status_code < 500
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, OSError):  # ValueError: a proxy URL that is none
            self._reachable = False

    def _fetch_file(
        self, client: httpx.Client, source: HubSource, file: ModelFile, folder: Path, advance: Advance
    ) -> None:
        url, growing = f"{self._endpoint}/{source.path(file.name)}", partial(folder, file.name)
        for attempt in range(1, _ATTEMPTS + 1):
            before = _grown(growing)
            try:
                if before != file.bytes:
                    _stream(client, url, file, growing, advance)
                break
            except httpx.TransportError as exc:
                if attempt == _ATTEMPTS or _grown(growing) == before:
                    self._reachable = False
                    raise SourceFailed(Reason.UNREACHABLE, file.name) from exc
            except (httpx.HTTPError, httpx.InvalidURL) as exc:
                raise SourceFailed(Reason.GONE, file.name) from exc
        if not is_file(growing, file):
            growing.unlink(missing_ok=True)
            raise SourceFailed(Reason.WRONG, file.name)
        growing.replace(folder / file.name)


def _grown(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _stream(client: httpx.Client, url: str, file: ModelFile, growing: Path, advance: Advance) -> None:
    """Append to ``growing`` what is missing, or begin again where the server sends everything."""
    start = _grown(growing) if _grown(growing) < file.bytes else 0
    headers = {"Accept-Encoding": "identity", **({"Range": f"bytes={start}-"} if start else {})}
    with client.stream("GET", url, headers=headers) as response:
        if response.status_code >= 500 or response.status_code == 429:
            raise SourceFailed(Reason.UNREACHABLE, file.name)
        response.raise_for_status()
        got = start if _continues(response, start) else 0
        if (length := response.headers.get("Content-Length")) and length != str(file.bytes - got):
            raise SourceFailed(Reason.WRONG, file.name)
        with growing.open("ab" if got else "wb") as target:
            for piece in response.iter_raw():
                got += len(piece)
                if got > file.bytes:
                    raise SourceFailed(Reason.WRONG, file.name)
                target.write(piece)
                advance(got)
            target.flush()
            os.fsync(target.fileno())


def _continues(response: httpx.Response, start: int) -> bool:
    return (
        start > 0
        and response.status_code == httpx.codes.PARTIAL_CONTENT
        and response.headers.get("Content-Range", "").startswith(f"bytes {start}-")
    )
