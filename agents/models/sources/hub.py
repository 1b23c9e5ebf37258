"""Lists and files of repositories from a hub, or a mirror that serves the same paths.

A hub that cannot be reached costs a few seconds once, not a time-out a file. This is not left to huggingface_hub: that
one compares sizes and no hashes, knows neither ModelScope nor our proxy, and takes a token from wherever it lies.
"""

from __future__ import annotations

import os
import ssl
import threading
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import httpx

from agents.models.entry import HubSource, ModelFile
from agents.models.sources.bounded import Pace, bounded
from agents.models.sources.content import is_file, partial
from agents.models.sources.dialect import HUGGINGFACE, Dialect
from agents.models.sources.listing import Listing
from agents.models.sources.progress import Advance, Reason, SourceFailed, beyond

__all__ = ["Hub"]

_ATTEMPTS = 3
_PROGRESS = 8 << 20  # bytes; a connection that brought so many before it broke is tried as often again
_MOST_REDIRECTS = 5


class Hub:
    """The hub at ``endpoint``. ``patience`` is how many seconds it may take to show that it can be reached.

    ``proxy`` is an http, https or socks5 URL. ``offline``: never ask. ``token`` goes to the endpoint alone, never to
    where it redirects.
    """

    def __init__(
        self,
        endpoint: str,
        proxy: str | None = None,
        *,
        dialect: Dialect = HUGGINGFACE,
        token: str | None = None,
        offline: bool = False,
        patience: float = 3.0,
    ) -> None:
        self.dialect = dialect
        self._endpoint = endpoint.rstrip("/")
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
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

    def list(self, repository: str, revision: str | None) -> Listing:
        """What a repository holds; without a revision, on the hub's own main branch. Raises SourceFailed."""
        url = f"{self._endpoint}/{self.dialect.listing(repository, self.dialect.named(revision))}"
        self.knock()
        try:
            with self._client() as client, client.stream("GET", url, headers=self._headers) as response:
                self._accept(response, repository)
                return self.dialect.read(bounded(response))
        except httpx.TransportError as exc:
            raise SourceFailed(Reason.UNREACHABLE, repository) from exc
        except (httpx.HTTPError, httpx.InvalidURL) as exc:
            raise SourceFailed(Reason.GONE, repository) from exc

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
        return httpx.Client(
            proxy=self._proxy,
            timeout=timeout,
            follow_redirects=True,
            max_redirects=_MOST_REDIRECTS,
            verify=_trusted(),
        )

    def _accept(self, response: httpx.Response, what: str) -> None:
        """Raise SourceFailed for an answer that is a refusal, and httpx.HTTPStatusError for other failures."""
        if response.status_code in {401, 403}:
            raise SourceFailed(self.dialect.refused, what)
        if response.status_code >= 500 or response.status_code == 429:
            raise SourceFailed(Reason.UNREACHABLE, what)
        response.raise_for_status()

    def _answer(self) -> None:
        try:
            with self._client() as client:
                self._reachable = client.head(self._endpoint, follow_redirects=False).status_code < 500
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, OSError):  # ValueError: a proxy URL that is none
            self._reachable = False

    def _fetch_file(
        self, client: httpx.Client, source: HubSource, file: ModelFile, folder: Path, advance: Advance
    ) -> None:
        url = f"{self._endpoint}/{self.dialect.path(source, file.name)}"
        growing = partial(folder, file.name)
        growing.parent.mkdir(parents=True, exist_ok=True)
        left = _ATTEMPTS
        while True:
            before = _grown(growing)
            try:
                if before != file.bytes:
                    self._stream(client, url, file, growing, advance)
                break
            except httpx.TransportError as exc:
                gained = _grown(growing) - before
                left = _ATTEMPTS if gained >= _PROGRESS else left - 1
                if not left or not gained:
                    self._reachable = False
                    raise SourceFailed(Reason.UNREACHABLE, file.name) from exc
            except (httpx.HTTPError, httpx.InvalidURL) as exc:
                raise SourceFailed(Reason.GONE, file.name) from exc
        if not is_file(growing, file):
            growing.unlink(missing_ok=True)
            raise SourceFailed(Reason.WRONG, file.name)
        growing.replace(folder / file.name)

    def _stream(self, client: httpx.Client, url: str, file: ModelFile, growing: Path, advance: Advance) -> None:
        """Append to ``growing`` what is missing, or begin again where the server sends everything."""
        start = _grown(growing) if _grown(growing) < file.bytes else 0
        headers = {"Accept-Encoding": "identity", **({"Range": f"bytes={start}-"} if start else {}), **self._headers}
        with client.stream("GET", url, headers=headers) as response:
            self._accept(response, file.name)
            got = start if _continues(response, start) else 0
            if (length := response.headers.get("Content-Length")) and length != str(file.bytes - got):
                raise SourceFailed(Reason.WRONG, file.name)
            with growing.open("ab" if got else "wb") as target:
                pace = Pace(file.name)
                for piece in response.iter_raw():
                    got += len(piece)
                    if got > file.bytes:
                        target.truncate(0)  # nothing of it is worth going on with
                        raise SourceFailed(Reason.WRONG, file.name)
                    target.write(piece)
                    advance(got)
                    pace.keep(got)
                target.flush()
                os.fsync(target.fileno())


@cache
def _trusted() -> ssl.SSLContext:
    """Reading the certificates takes longer than asking a mirror near by, so they are read once."""
    return httpx.create_ssl_context()


def _grown(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _continues(response: httpx.Response, start: int) -> bool:
    return (
        start > 0
        and response.status_code == httpx.codes.PARTIAL_CONTENT
        and response.headers.get("Content-Range", "").startswith(f"bytes {start}-")
    )
