"""The catalogue of models (``catalogue.toml``) and the store: the folder on this machine that holds their files.

Reading the store is cheap: a marker, written after every file was verified by its hash, is compared with the
catalogue and with the sizes on disk. Full hashing is for ``agents.models.fetch``.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from types import MappingProxyType

from agents.errors import ModelUnavailable
from agents.models.choosing import named
from agents.models.entry import Entry
from agents.models.lock import Lock
from agents.models.wanted import Wanted, is_repository

__all__ = ["Resolved", "Store", "entries", "entry", "read_catalogue"]

_MARKER = ".verified.json"
_REMEDY = "run `python -m bot models pull` to fetch it"


def read_catalogue(path: Path) -> Mapping[str, Entry]:
    """The entries of a catalogue file by name, in its order."""
    with path.open("rb") as file:
        tables = tomllib.load(file)["model"]
    return MappingProxyType({table["name"]: Entry.read(table) for table in tables})


@cache
def entries() -> Mapping[str, Entry]:
    """Every model Parley knows by content."""
    return read_catalogue(Path(__file__).with_name("catalogue.toml"))


def entry(name: str) -> Entry:
    """The model of this name. Raises ModelUnavailable naming the nearest one."""
    return _find(entries(), name)


def _find(catalogue: Mapping[str, Entry], name: str) -> Entry:
    if name not in catalogue:
        raise _unknown(catalogue, name)
    return catalogue[name]


def _unknown(catalogue: Mapping[str, Entry], name: str) -> ModelUnavailable:
    near = get_close_matches(name, catalogue, n=1)
    return ModelUnavailable(name, f"not in the catalogue; did you mean {near[0]}?" if near else "not in the catalogue")


@dataclass(frozen=True, slots=True)
class Resolved:
    """The model that is really there. ``stands_in_for`` names the one that was asked for, when it is another."""

    name: str
    folder: Path
    stands_in_for: str | None = None


class Store:
    """Model files below ``root``, one folder a model, shared by every checkout of this user.

    A model is known by its name in the catalogue, or by the key under which a repository was pulled.
    """

    def __init__(self, root: Path, catalogue: Mapping[str, Entry] | None = None) -> None:
        self.root = root
        self._catalogue = entries() if catalogue is None else catalogue

    def __contains__(self, name: object) -> bool:
        """Whether the catalogue knows the model."""
        return name in self._catalogue

    def entry(self, name: str) -> Entry:
        """A model of the catalogue, or one that was pulled. Raises ModelUnavailable naming the nearest."""
        lock = None if name in self else self.lock(name)
        return lock.entry() if lock else _find(self._catalogue, name)

    def place(self, name: str) -> Path:
        """Where the model's files belong, whether or not they are there. Raises ModelUnavailable."""
        if name not in self and not ("@" in name and is_repository(name.partition("@")[0])):
            raise _unknown(self._catalogue, name)
        return self.root / name.replace("/", "--")

    def key(self, wanted: Wanted) -> str:
        """The name under which the store has, or would have, what is wanted.

        The catalogue's model serves unless another revision is asked for, or a file that it does not have.
        """
        if wanted.repository not in self:
            return wanted.key
        known = self._catalogue[wanted.repository]
        lacks = set(named(wanted.patterns)) - {file.name for file in known.files}
        return wanted.key if lacks or wanted.revision not in {None, known.revision} else known.name

    def lock(self, key: str) -> Lock | None:
        """What was pulled under this key."""
        lock = Lock.read(self.place(key)) if "@" in key else None
        return lock if lock and lock.key == key else None

    def installed(self) -> list[Entry]:
        """Every model that is here and verified."""
        pulled = [lock for folder in sorted(self.root.glob("*@*")) if (lock := Lock.read(folder))]
        known = [*self._catalogue, *(lock.key for lock in pulled if self.lock(lock.key))]
        return [self.entry(name) for name in known if self.present(name)]

    def present(self, name: str) -> bool:
        """Whether the model's files were verified and still have their sizes."""
        if "@" in name and self.lock(name) is None:
            return False
        place, wanted = self.place(name), self.entry(name)
        try:
            verified = json.loads((place / _MARKER).read_text(encoding="utf-8"))
            sizes_fit = all((place / file.name).stat().st_size == file.bytes for file in wanted.files)
        except (OSError, ValueError):
            return False
        return sizes_fit and verified == _marker(wanted)

    def has(self, wanted: Wanted) -> bool:
        """Whether all that is wanted is here and verified."""
        key = self.key(wanted)
        lock = self.lock(key)
        return (key in self or (lock is not None and lock.covers(wanted.patterns))) and self.present(key)

    def folder(self, name: str, revision: str | None = None, patterns: tuple[str, ...] = ()) -> Path:
        """The folder of the model's verified files. Raises ModelUnavailable naming the command that fetches them.

        ``patterns`` are those of the files that are needed; without any, whatever was fetched will do.
        """
        wanted = Wanted(name, revision, patterns)
        if not self.has(wanted):
            raise ModelUnavailable(name, _REMEDY)
        return self.place(self.key(wanted))

    def resolve(self, name: str) -> Resolved:
        """The model, or the stand-in its catalogue entry declares. Raises ModelUnavailable when neither is here."""
        stand_in = self.entry(name).stand_in
        if stand_in and not self.present(name) and self.present(stand_in):
            return Resolved(stand_in, self.place(stand_in), stands_in_for=name)
        return Resolved(name, self.folder(name))

    def mark(self, name: str) -> None:
        """Declare the model's files verified. The caller has just hashed every one of them."""
        marker = self.place(name) / _MARKER
        fresh = marker.with_suffix(".new")
        fresh.write_text(json.dumps(_marker(self.entry(name)), indent=1), encoding="utf-8")
        fresh.replace(marker)

    def unmark(self, name: str) -> None:
        """Declare the model's files unverified, before one of them changes."""
        (self.place(name) / _MARKER).unlink(missing_ok=True)


def _marker(wanted: Entry) -> dict[str, str]:
    return {file.name: file.sha256 for file in wanted.files}
