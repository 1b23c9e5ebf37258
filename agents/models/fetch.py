"""Filling the store: every file of a model from the first source that has it, verified before it is put in place.

A source that fails leads to the next one, and the last one to the model's stand-in: fetching degrades, it does not
raise. Verified pieces stay in ``<store>/.partial`` until their model is whole, so that a try broken off is continued.

A model of the catalogue is known before it is fetched. A repository is listed at the hub first, and locked to what it
was then (``agents.models.lock``).
"""

from __future__ import annotations

import errno
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from agents.errors import ModelUnavailable
from agents.models.catalogue import Store
from agents.models.entry import Entry, HubSource, ModelFile, Source
from agents.models.lock import Lock
from agents.models.locking import locked, sealed, stage
from agents.models.sources.content import is_file
from agents.models.sources.hub import Hub
from agents.models.sources.packages import Packages
from agents.models.sources.progress import (
    Advanced,
    Began,
    Failed,
    Finished,
    Listener,
    Outcome,
    Reason,
    SourceFailed,
    Waiting,
)
from agents.models.wanted import Wanted, together

__all__ = ["Fetcher", "damaged"]

_SPARE = 64 << 20  # bytes of disk that stay free
_UNWRITABLE = "the folder for models cannot be written; set PARLEY_MODELS_DIR to one that can"
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_HERE = frozenset({Outcome.KEPT, Outcome.FETCHED})


def damaged(store: Store, name: str) -> list[str]:
    """The model's files that are absent or differ from the catalogue or the lock, by full hashing."""
    return [file.name for file in _damaged(store, store.entry(name))]


def _damaged(store: Store, entry: Entry) -> list[ModelFile]:
    place = store.place(entry.name)
    return [file for file in entry.files if not is_file(place / file.name, file)]


@dataclass(frozen=True, slots=True)
class Fetcher:
    """Fetches models into one store; safe beside another process that does the same."""

    store: Store
    hub: Hub
    packages: Packages
    listen: Listener

    def pull(self, wanted: Sequence[str | Wanted], *, update: bool = False) -> list[Finished]:
        """Fetch and verify models: names of the catalogue, and repositories. ``update`` takes what a branch is now.

        Raises ModelUnavailable only for unknown names or a store that cannot be written.
        """
        known = {name: self.store.entry(name) for name in self._catalogued(wanted)}
        repositories = [one for one in wanted if isinstance(one, Wanted) and self.store.key(one) not in known]
        with self._alone():
            finished = [self._pull(entry) for entry in known.values()]
            return finished + [self._pull_repository(one, update) for one in together(repositories)]

    def _catalogued(self, wanted: Sequence[str | Wanted]) -> list[str]:
        names = [self.store.key(one) if isinstance(one, Wanted) else one for one in wanted]
        return [name for name, one in zip(names, wanted, strict=True) if isinstance(one, str) or name in self.store]

    @contextmanager
    def _alone(self) -> Iterator[None]:
        try:
            self.store.root.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self.store.root / ".lock")
            try:
                lock.acquire(timeout=0)
            except Timeout:
                self.listen(Waiting())
                lock.acquire()
        except OSError as exc:
            raise ModelUnavailable(str(self.store.root), _UNWRITABLE) from exc
        try:
            yield
        finally:
            lock.release()

    def _pull(self, entry: Entry) -> Finished:
        began = time.monotonic()
        outcome, source, instead = *self._obtain(entry), None
        stand_in = entry.stand_in
        if outcome is Outcome.MISSING and stand_in and self._obtain(self.store.entry(stand_in))[0] in _HERE:
            outcome, instead = Outcome.STAND_IN, stand_in
        return self._finish(Finished(entry.name, outcome, time.monotonic() - began, source, instead))

    def _pull_repository(self, wanted: Wanted, update: bool) -> Finished:
        began, held = time.monotonic(), self.store.lock(wanted.key)
        outcome, source = Outcome.MISSING, None
        try:
            lock = locked(wanted, held, self.hub, self.listen, update=update)
        except SourceFailed as failure:
            self.listen(Failed(wanted.key, f"hub {wanted.repository}", failure.what, failure.reason))
        else:
            outcome, source = self._obtain(lock.entry(), lock)
        if outcome is Outcome.MISSING and update and self.store.has(wanted):
            outcome = Outcome.UNCHANGED
        return self._finish(Finished(wanted.key, outcome, time.monotonic() - began, source))

    def _finish(self, finished: Finished) -> Finished:
        self.listen(finished)
        return finished

    def _obtain(self, entry: Entry, lock: Lock | None = None) -> tuple[Outcome, str | None]:
        missing = _damaged(self.store, entry)
        if not missing:
            with _disk_translated(entry.name):
                self._settle(entry.name, lock)
            return Outcome.KEPT, None
        for source in entry.sources:
            try:
                self._fetch(entry.name, source, missing, lock)
            except SourceFailed as failure:
                self.listen(Failed(entry.name, str(source), failure.what, failure.reason))
            else:
                return Outcome.FETCHED, str(source)
        return Outcome.MISSING, None

    def _settle(self, name: str, lock: Lock | None) -> None:
        """Note that the files in the model's place are those of its entry, or its lock."""
        if lock and lock != self.store.lock(name):
            self.store.unmark(name)
            sealed(lock, self.store.place(name)).write(self.store.place(name))
        if not self.store.present(name):
            self.store.mark(name)

    def _fetch(self, name: str, source: Source, missing: Sequence[ModelFile], lock: Lock | None) -> None:
        place = self.store.place(name)
        staging = self.store.root / ".partial" / place.name
        with _disk_translated(name):
            staging.mkdir(parents=True, exist_ok=True)
            if lock:
                stage(lock, staging)
            self._fill(name, source, [file for file in missing if not is_file(staging / file.name, file)], staging)
            place.mkdir(exist_ok=True)
            self.store.unmark(name)
            for file in missing:
                (place / file.name).parent.mkdir(parents=True, exist_ok=True)
                (staging / file.name).replace(place / file.name)
            self._settle(name, lock)
            shutil.rmtree(staging, ignore_errors=True)

    def _fill(self, name: str, source: Source, files: Sequence[ModelFile], staging: Path) -> None:
        def advance(done: int) -> None:
            self.listen(Advanced(name, done))

        if isinstance(source, HubSource):
            self.hub.knock()
            needed, here = self.hub.needs(files, staging)
            _require_space(staging, needed - here)
            self.listen(Began(name, str(source), needed, here))
            self.hub.fetch(source, files, staging, advance)
        else:
            needed, here = self.packages.needs(source, files, staging)
            _require_space(staging, needed - here + sum(file.bytes for file in files))
            self.listen(Began(name, str(source), needed, here))
            self.packages.fetch(source, files, staging, advance)


def _require_space(folder: Path, wanted: int) -> None:
    if wanted and shutil.disk_usage(folder).free < wanted + _SPARE:
        raise SourceFailed(Reason.NO_SPACE, str(folder))


@contextmanager
def _disk_translated(name: str) -> Iterator[None]:
    try:
        yield
    except OSError as exc:
        if exc.errno in _FULL:
            raise SourceFailed(Reason.NO_SPACE, name) from exc
        raise ModelUnavailable(name, _UNWRITABLE) from exc
