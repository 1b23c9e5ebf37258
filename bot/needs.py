"""Which files a model reference needs: those of a catalogue's model, of a repository, or none of ours to fetch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agents.errors import ReferenceInvalid
from agents.models.options import nearest
from agents.models.profiles import ROLES
from agents.models.wanted import Wanted
from bot.backends import adapter, backends

if TYPE_CHECKING:
    from collections.abc import Iterable

    from agents.models.catalogue import Store
    from agents.models.reference import ModelReference

__all__ = ["needed", "needs", "role_of"]


def needed(role: str, reference: ModelReference, store: Store) -> Wanted | None:
    """What a model of this role needs from the store; None for a path, a host, or a backend that has its files.

    Raises ReferenceInvalid.
    """
    if reference.is_place:
        return None
    kind = adapter(role, reference)
    if not hasattr(kind, "files"):
        return Wanted(reference.name, reference.revision) if reference.name in store else None
    return Wanted.of(reference, tuple(kind.files(reference)))


def needs(models: Iterable[tuple[str, ModelReference]], store: Store) -> list[Wanted]:
    """What these models of their roles need. Raises ReferenceInvalid."""
    found = (needed(role, reference, store) for role, reference in models)
    return [wanted for wanted in found if wanted is not None]


def role_of(reference: ModelReference) -> str:
    """A role that the reference's backend fills, to know its files by. Raises ReferenceInvalid."""
    for role in ROLES:
        if reference.backend in backends(role):
            return role
    known = {name for role in ROLES for name in backends(role)}
    raise ReferenceInvalid(str(reference), "it names no backend", nearest(reference.backend, known, "backends are"))
