"""Locking a repository to what it holds now, and keeping to what it held when it was locked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from agents.models.choosing import choose
from agents.models.entry import ModelFile
from agents.models.lock import Lock
from agents.models.sources.content import partial, sha256
from agents.models.sources.dialect import HUGGINGFACE
from agents.models.sources.progress import Elsewhere, Listener, Reason, SourceFailed

if TYPE_CHECKING:
    from agents.models.sources.hub import Hub
    from agents.models.wanted import Wanted

__all__ = ["locked", "sealed", "stage"]


_COMMIT = re.compile(r"[0-9a-f]{40}")


def locked(wanted: Wanted, held: Lock | None, hub: Hub, listen: Listener, *, update: bool = False) -> Lock:
    """The lock that answers what is wanted; the hub is asked only where the one that is held does not.

    Further files of a held repository are taken from the commit it is locked to, unless ``update`` asks for what its
    branch is now. Raises SourceFailed.
    """
    if held is None or update:
        return _listed(wanted, (*(held.patterns if held else ()), *wanted.patterns), wanted.revision, hub, listen)
    if held.covers(wanted.patterns):
        return held
    at = held.commit if held.hub == hub.dialect.name else wanted.revision
    wider = _listed(wanted, (*held.patterns, *wanted.patterns), at, hub, listen)
    known = {file.name: file for file in held.files}
    now = {file.name: file for file in wider.files}
    if changed := [name for name in known if name not in now or not known[name].same(now[name])]:
        raise SourceFailed(Reason.CHANGED, changed[0])
    return replace(held, patterns=wider.patterns, files=tuple(known.get(name, file) for name, file in now.items()))


def _listed(wanted: Wanted, patterns: tuple[str, ...], at: str | None, hub: Hub, listen: Listener) -> Lock:
    patterns = tuple(dict.fromkeys(patterns))
    try:
        listing = hub.list(wanted.repository, at)
    except SourceFailed as failure:
        # Commits in references are those of Hugging Face's hub; ModelScope keeps a history of its own.
        if failure.reason is not Reason.GONE or hub.dialect is HUGGINGFACE or not _COMMIT.fullmatch(at or ""):
            raise
        at = None
        listing = hub.list(wanted.repository, at)
        listen(Elsewhere(wanted.key, hub.dialect.branch))
    choose(listing.files, wanted.patterns)  # what others wanted of the repository does not make it fit
    files = choose(listing.files, patterns)
    return Lock(
        wanted.repository,
        wanted.revision or "",
        hub.dialect.name,
        listing.commit or hub.dialect.named(at),
        listing.licence,
        patterns,
        tuple(sorted(files, key=lambda file: file.name)),
    )


def stage(lock: Lock, staging: Path) -> None:
    """Prepare to fetch into ``staging``: what lies there of another content goes. Raises OSError."""
    before = Lock.read(staging)
    for old in _replaced(before, lock) if before else ():
        (staging / old.name).unlink(missing_ok=True)
        partial(staging, old.name).unlink(missing_ok=True)
    lock.write(staging)


def sealed(lock: Lock, place: Path) -> Lock:
    """The lock with the sha256 of every file; hubs do not tell that of small ones. What it replaces is removed."""
    held = Lock.read(place)
    kept = {file.name for file in lock.files}
    for old in held.files if held else ():
        if old.name not in kept:
            (place / old.name).unlink(missing_ok=True)
    return lock.sealed({file.name: file.sha256 or sha256(place / file.name) for file in lock.files})


def _replaced(before: Lock, now: Lock) -> Iterator[ModelFile]:
    kept = {file.name: file for file in now.files}
    return (old for old in before.files if old.name not in kept or not old.same(kept[old.name]))
