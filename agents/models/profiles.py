"""Profiles: named sets of model references, kept in ``profiles.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from types import MappingProxyType

from agents.errors import ParleyError
from agents.models.reference import ModelReference

__all__ = ["ROLES", "Profile", "ProfileUnknown", "profile", "profiles"]

ROLES = ("asr", "caption", "vqa", "ocr", "sentiment", "emotion", "langid", "embeddings", "llm")


class ProfileUnknown(ParleyError):
    """No profile has this name. ``nearest`` is the one that was probably meant."""

    code = "profile-unknown"

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        near = get_close_matches(name, known, n=1, cutoff=0.4)
        self.name = name
        self.nearest = near[0] if near else None
        hint = f"did you mean {self.nearest}?" if self.nearest else f"there are {', '.join(known)}"
        super().__init__(f"no profile is named {name!r}; {hint}")


@dataclass(frozen=True, slots=True)
class Profile:
    """Which model fills which role; ``None`` where the profile has none.

    ``ram_gb`` and ``vram_gb`` are estimates of what it takes in work, of the machine's and of its GPU's memory.
    """

    name: str
    notes: str
    llm: ModelReference
    asr: ModelReference | None = None
    caption: ModelReference | None = None
    vqa: ModelReference | None = None
    ocr: ModelReference | None = None
    sentiment: ModelReference | None = None
    emotion: ModelReference | None = None
    langid: ModelReference | None = None
    embeddings: ModelReference | None = None
    ram_gb: float = 0.0
    vram_gb: float = 0.0

    def references(self) -> dict[str, ModelReference]:
        """The references the profile has, by role."""
        found = {role: getattr(self, role) for role in ROLES}
        return {role: reference for role, reference in found.items() if reference is not None}

    def overridden(self, references: Mapping[str, str | None]) -> Profile:
        """This profile with other references for some roles; ``None`` and blanks leave a role as it is.

        Raises ReferenceInvalid.
        """
        wanted = {role: text for role in ROLES if (text := (references.get(role) or "").strip())}
        parsed = {role: ModelReference.parse(text) for role, text in wanted.items()}
        return replace(self, **parsed)  # type: ignore[arg-type]


@cache
def profiles() -> Mapping[str, Profile]:
    """Every profile by name."""
    with Path(__file__).with_name("profiles.toml").open("rb") as file:
        tables = tomllib.load(file)
    return MappingProxyType({name: _read(name, table) for name, table in tables.items()})


def _read(name: str, table: Mapping[str, object]) -> Profile:
    references = {role: ModelReference.parse(str(table[role])) for role in ROLES if role in table}
    return Profile(name=name, **{**table, **references})  # type: ignore[arg-type]


def profile(name: str) -> Profile:
    """The profile of this name. Raises ProfileUnknown naming the nearest."""
    if name not in profiles():
        raise ProfileUnknown(name, tuple(profiles()))
    return profiles()[name]
