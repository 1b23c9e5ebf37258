"""Reading profiles from TOML, strictly: what is wrong is said in one line that names the file and the place in it."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

from agents.errors import ParleyError, ReferenceInvalid
from agents.models.options import nearest
from agents.models.profile import ROLES, Profile
from agents.models.reference import ModelReference, alternatives

__all__ = ["ProfilesInvalid", "read_profiles"]

_SIZES = ("ram_gb", "vram_gb")
_FIELDS = (*ROLES, "notes", "extends", *_SIZES)
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_LONGEST = 1 << 20  # bytes
_Models = tuple[ModelReference, ...]  # of one role, the one to ask first at the front


class ProfilesInvalid(ParleyError):
    """A file of profiles that cannot be used."""

    code = "profiles-invalid"

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"{path}: {problem}")
        self.path = path
        self.problem = problem


def read_profiles(path: Path, known: Mapping[str, Profile]) -> dict[str, Profile]:
    """The profiles in the file by name; what one ``extends`` is in it or among ``known``. Raises ProfilesInvalid."""
    return _Reading(path, _tables(path), known).all()


def _tables(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > _LONGEST:
            raise ProfilesInvalid(path, "it is too long for a file of profiles")
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as exc:
        raise ProfilesInvalid(path, f"it cannot be read: {exc.strerror}") from exc
    except UnicodeDecodeError as exc:
        raise ProfilesInvalid(path, "it is no text in UTF-8") from exc
    except (tomllib.TOMLDecodeError, RecursionError) as exc:
        where = re.search(r"\(at .*\)", str(exc))
        raise ProfilesInvalid(path, f"it is no TOML{' ' + where[0] if where else ''}") from exc


class _Reading:
    """One file being read. A profile is read when it, or one that extends it, is asked for."""

    def __init__(self, path: Path, tables: Mapping[str, Any], known: Mapping[str, Profile]) -> None:
        self._path = path
        self._tables = tables
        self._known = known
        self._read: dict[str, Profile] = {}
        self._open: list[str] = []

    def all(self) -> dict[str, Profile]:
        for name, table in self._tables.items():
            if not _NAME.fullmatch(name):
                self._refuse(f"{name!r} is no name for a profile; write small letters, digits and dashes")
            if not isinstance(table, dict):
                self._refuse(f"{name} stands in no profile; begin one with a line such as [mine]")
        return {name: self._profile(name) for name in self._tables}

    def _profile(self, name: str) -> Profile:
        if name not in self._read:
            if name in self._open:
                self._refuse(f"[{name}] extends: it leads back to itself")
            self._open.append(name)
            self._read[name] = self._made(name, self._tables[name])
            self._open.remove(name)
        return self._read[name]

    def _made(self, name: str, table: Mapping[str, Any]) -> Profile:
        if strange := sorted(set(table) - set(_FIELDS)):
            self._refuse(f"[{name}]: no role or field {strange[0]!r}; {nearest(strange[0], _FIELDS, 'there are')}")
        base = self._base(name, table["extends"]) if "extends" in table else None
        sizes = {size: getattr(base, size) for size in _SIZES} if base else {}
        sizes |= {size: self._size(name, size, table[size]) for size in _SIZES if size in table}
        notes = table.get("notes", f"Your own, on top of {base.name}." if base else "Your own.")
        if not isinstance(notes, str):
            self._refuse(f"[{name}] notes: should be text in quotes")
        return Profile.of(self._models(name, table, base), name=name, notes=notes, **sizes)

    def _models(self, name: str, table: Mapping[str, Any], base: Profile | None) -> dict[str, _Models]:
        """The models of the roles, those of the extended profile where nothing else is said."""
        found: dict[str, _Models] = {role: base.alternatives(role) for role in ROLES} if base else {}
        same = {role: table[role] for role in ROLES if table.get(role) in ROLES}
        found |= {role: self._read_models(name, role, table[role]) for role in ROLES if role in table.keys() - same}
        found |= {role: self._same(name, role, other, {} if other in same else found) for role, other in same.items()}
        if not found.get("llm"):
            self._refuse(f"[{name}]: llm is missing; name a language model, or another profile in extends")
        return found

    def _base(self, name: str, extended: object) -> Profile:
        """What the profile builds on: one of the file, but for its own name, which then means the one it replaces."""
        if isinstance(extended, str) and extended in self._tables and extended != name:
            return self._profile(extended)
        if not isinstance(extended, str) or extended not in self._known:
            names = nearest(str(extended), {*self._known, *self._tables} - ({name} - set(self._known)), "there are")
            self._refuse(f"[{name}] extends: no profile is named {extended!r}; {names}")
        return self._known[extended]

    def _read_models(self, name: str, role: str, text: object) -> _Models:
        if text == "":
            return ()  # does without what the extended profile has
        if not isinstance(text, str):
            self._refuse(f"[{name}] {role}: should be a model reference in quotes")
        try:
            return alternatives(text)
        except ReferenceInvalid as exc:
            self._refuse(f"[{name}] {role}: {exc.problem}; {exc.remedy}")

    def _same(self, name: str, role: str, other: str, found: Mapping[str, _Models]) -> _Models:
        """The models of another role, which are to be loaded once for both."""
        models = found.get(other)
        if not models:
            self._refuse(f"[{name}] {role}: {other} has no reference of its own here; write one in its place")
        return models

    def _size(self, name: str, size: str, value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < math.inf:
            self._refuse(f"[{name}] {size}: should be a number of gigabytes")
        return float(value)

    def _refuse(self, problem: str) -> NoReturn:
        raise ProfilesInvalid(self._path, problem)
