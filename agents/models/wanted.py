"""What a reference needs of a repository: which one, at which revision, and which files."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from agents.errors import ReferenceInvalid
from agents.models.reference import is_path

if TYPE_CHECKING:
    from agents.models.reference import ModelReference

__all__ = ["BRANCH", "Wanted", "is_repository", "together"]

BRANCH = "main"  # what a reference without a revision means, whatever the hub calls it
_REPOSITORY = re.compile(r"(?:[A-Za-z0-9][\w.-]{0,95}/)?[A-Za-z0-9][\w.-]{0,95}", re.ASCII)


def is_repository(name: str) -> bool:
    """Whether a hub may have a repository of this name, ``owner/model`` or ``model``."""
    return bool(_REPOSITORY.fullmatch(name)) and "--" not in name and ".." not in name


@dataclass(frozen=True, slots=True)
class Wanted:
    """Files of a repository. ``patterns`` are globs over their paths; a ``*`` does not reach across a ``/``."""

    repository: str
    revision: str | None = None
    patterns: tuple[str, ...] = ()

    @classmethod
    def of(cls, reference: ModelReference, patterns: tuple[str, ...]) -> Wanted:
        """What the reference needs. Raises ReferenceInvalid for a name that no repository has."""
        if not is_repository(reference.name) or ".." in (reference.revision or ""):
            raise ReferenceInvalid(
                str(reference),
                f"{reference.name} is neither a path nor a repository",
                "write owner/model as the hub does, or a path that begins with / or ./",
            )
        return cls(reference.name, reference.revision, tuple(file for file in patterns if not is_path(file)))

    @property
    def key(self) -> str:
        """The name under which the store keeps a pulled repository: one for each revision that was asked for."""
        return f"{self.repository}@{self.revision or BRANCH}"


def together(wanted: Iterable[Wanted]) -> list[Wanted]:
    """One for each repository and revision, with the patterns of all that want it."""
    found: dict[str, Wanted] = {}
    for one in wanted:
        before = found.get(one.key, replace(one, patterns=()))
        found[one.key] = replace(before, patterns=tuple(dict.fromkeys((*before.patterns, *one.patterns))))
    return list(found.values())
