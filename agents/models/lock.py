"""The lock of a pulled repository: what was fetched, from which commit, with the hash of every file.

It lies beside the files. A later pull of the same reference verifies against it, so that a model never changes
because somebody moved a branch.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from agents.models.entry import Entry, HubSource, ModelFile
from agents.models.wanted import Wanted

__all__ = ["Lock"]

_NAME = ".lock.json"


@dataclass(frozen=True, slots=True)
class Lock:
    """``revision`` is what was asked for, empty for the main branch; ``commit`` is what it was then, or the branch
    where the hub does not tell it.

    ``patterns`` are those that ``files`` answer.
    """

    repository: str
    revision: str
    hub: str
    commit: str
    licence: str
    patterns: tuple[str, ...]
    files: tuple[ModelFile, ...]

    @property
    def key(self) -> str:
        return Wanted(self.repository, self.revision or None).key

    def covers(self, patterns: Iterable[str]) -> bool:
        """Whether all that these patterns name was fetched."""
        return set(patterns) <= set(self.patterns)

    def entry(self) -> Entry:
        """As a model known by content."""
        source = HubSource(self.repository, self.commit, hub=self.hub)
        return Entry(self.key, self.licence, self.files, (source,), revision=self.commit)

    def sealed(self, sha256: Mapping[str, str]) -> Lock:
        """The same with the sha256 of every file, which hubs do not tell of small ones."""
        return replace(self, files=tuple(replace(file, sha256=sha256[file.name]) for file in self.files))

    def write(self, folder: Path) -> None:
        """Put it into the folder. Raises OSError."""
        fresh = folder / f"{_NAME}.new"
        fresh.write_text(json.dumps(asdict(self), indent=1), encoding="utf-8")
        fresh.replace(folder / _NAME)

    @classmethod
    def read(cls, folder: Path) -> Lock | None:
        """The lock that lies in the folder; None where there is none, or a damaged one."""
        try:
            return cls._of(json.loads((folder / _NAME).read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError, KeyError, RecursionError):
            return None

    @classmethod
    def _of(cls, table: dict[str, Any]) -> Lock:
        texts = {name: str(table[name]) for name in ("repository", "revision", "hub", "commit", "licence")}
        files = tuple(ModelFile(**file) for file in table["files"])
        return cls(**texts, patterns=tuple(map(str, table["patterns"])), files=files)
