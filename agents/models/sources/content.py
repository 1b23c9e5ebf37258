"""Files known by their content: hashing them, and joining pieces into them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable
from pathlib import Path

from agents.models.entry import ModelFile
from agents.models.sources.progress import Reason, SourceFailed

__all__ = ["blob", "chunks", "is_file", "partial", "sha256", "write"]

_CHUNK = 1 << 20


def sha256(path: Path) -> str:
    """The sha256 of a file, as lower-case hex. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def blob(path: Path) -> str:
    """The SHA-1 that git gives a file's content, as lower-case hex (gitformat-loose(5)). Raises OSError."""
    digest = hashlib.sha1(b"blob %d\0" % path.stat().st_size, usedforsecurity=False)
    with path.open("rb") as file:
        for chunk in chunks(file.read):
            digest.update(chunk)
    return digest.hexdigest()


def is_file(path: Path, wanted: ModelFile) -> bool:
    """Whether this is the wanted file, byte for byte."""
    try:
        if path.stat().st_size != wanted.bytes:
            return False
        return sha256(path) == wanted.sha256 if wanted.sha256 else blob(path) == wanted.git
    except OSError:
        return False


def partial(folder: Path, name: str) -> Path:
    """Where a file grows until it is whole and verified."""
    return folder / f"{name}.partial"


def write(folder: Path, wanted: ModelFile, pieces: Iterable[bytes]) -> None:
    """Join pieces into ``folder / wanted.name``; it appears there whole and verified or not at all.

    Raises SourceFailed where the content is not the wanted file's, and OSError.
    """
    growing = partial(folder, wanted.name)
    digest, written = hashlib.sha256(), 0
    with growing.open("wb") as file:
        for piece in pieces:
            written += len(piece)
            if written > wanted.bytes:
                break
            digest.update(piece)
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    if written != wanted.bytes or digest.hexdigest() != wanted.sha256:
        growing.unlink()
        raise SourceFailed(Reason.WRONG, wanted.name)
    growing.replace(folder / wanted.name)


def chunks(read: Callable[[int], bytes]) -> Iterable[bytes]:
    """What ``read`` gives, a bounded piece at a time."""
    while piece := read(_CHUNK):
        yield piece
