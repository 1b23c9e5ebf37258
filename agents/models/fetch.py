"""Filling the store: every file of a model from the first source that has it, verified before it is put in place.

A source that fails leads to the next one, and the last one to the model's stand-in: fetching degrades, it does not
raise. Verified pieces stay in ``<store>/.partial`` until their model is whole, so that a try broken off is continued.
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
from agents.models.entry import HubSource, ModelFile, Source
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

__all__ = ["Fetcher", "damaged"]

_SPARE = 64 << 20  # bytes of disk that stay free
_UNWRITABLE = "the folder for models cannot be written; set PARLEY_MODELS_DIR to one that can"
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


def damaged(store: Store, name: str) -> list[str]:
    """The model's files that are absent or differ from the catalogue, by full hashing."""
    place = store.place(name)
    return [file.name for file in store.entry(name).files if not is_file(place / file.name, file)]


@dataclass(frozen=True, slots=True)
class Fetcher:
    """Fetches models into one store; safe beside another process that does the same."""

    store: Store
    hub: Hub
    packages: Packages
    listen: Listener

    def pull(self, names: Sequence[str]) -> list[Finished]:
        """Fetch and verify models. Raises ModelUnavailable only for unknown names or a store that cannot be written."""
        for name in names:
            self.store.entry(name)
        with self._alone():
            return [self._pull(name) for name in dict.fromkeys(names)]

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

    def _pull(self, name: str) -> Finished:
        began = time.monotonic()
        outcome, source, instead = *self._obtain(name), None
        stand_in = self.store.entry(name).stand_in
        if outcome is Outcome.MISSING and stand_in and self._obtain(stand_in)[0] is not Outcome.MISSING:
            outcome, instead = Outcome.STAND_IN, stand_in
        finished = Finished(name, outcome, time.monotonic() - began, source, instead)
        self.listen(finished)
        return finished

    def _obtain(self, name: str) -> tuple[Outcome, str | None]:
        missing = self._missing(name)
        if not missing:
            self._remember(name)
            return Outcome.KEPT, None
        for source in self.store.entry(name).sources:
            try:
                self._fetch(name, source, missing)
            except SourceFailed as failure:
                self.listen(Failed(name, str(source), failure.what, failure.reason))
            else:
                return Outcome.FETCHED, str(source)
        return Outcome.MISSING, None

    def _remember(self, name: str) -> None:
        if not self.store.present(name):
            try:
                self.store.mark(name)
            except OSError as exc:
                raise ModelUnavailable(name, _UNWRITABLE) from exc

    def _missing(self, name: str) -> list[ModelFile]:
        wrong = damaged(self.store, name)
        return [file for file in self.store.entry(name).files if file.name in wrong]

    def _fetch(self, name: str, source: Source, missing: Sequence[ModelFile]) -> None:
        place = self.store.place(name)
        staging = self.store.root / ".partial" / place.name
        with _disk_translated(name):
            staging.mkdir(parents=True, exist_ok=True)
            self._fill(name, source, [file for file in missing if not is_file(staging / file.name, file)], staging)
            place.mkdir(exist_ok=True)
            self.store.unmark(name)
            for file in missing:
                (staging / file.name).replace(place / file.name)
            self.store.mark(name)
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
