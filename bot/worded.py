"""Errors as the operator reads them at the command line: one line that names the setting to look at."""

from __future__ import annotations

from agents.errors import ParleyError, ReferenceInvalid
from agents.models.placement import PlanImpossible
from agents.models.profiles import ROLES, ProfilesInvalid, ProfileUnknown
from agents.models.reference import alternatives
from bot.door import AddressUnusable
from bot.settings import Settings
from bot.terminal.plain import plain
from storage.errors import StorageError, StorageTooNew, StorageUnsupported

__all__ = ["status_of", "worded"]

FAILED, BAD_USAGE = 1, 2
_BUDGETS = "Models may have what is free now, unless PARLEY_RAM_GB and PARLEY_VRAM_GB say otherwise."


def status_of(error: ParleyError) -> int:
    """The exit status: settings that name no model are bad usage, as settings of a wrong kind are."""
    unusable = ReferenceInvalid | ProfileUnknown | ProfilesInvalid | PlanImpossible
    return BAD_USAGE if isinstance(error, unusable) else FAILED


def worded(error: ParleyError, settings: Settings) -> str:
    """One line, safe to print, without the values of settings, which may be secret; of a plan a line for each fact."""
    if isinstance(error, PlanImpossible):
        told = ("These models do not fit this machine.", *error.facts, "What would help, the nearest first:")
        return "\n".join(map(_line, (*told, *(f"  {relief.words}" for relief in error.reliefs), _BUDGETS)))
    return _line(_sentence(error, settings))


def _line(text: str) -> str:
    return " " * (len(text) - len(text.lstrip())) + " ".join(plain(text).split())


def _sentence(error: ParleyError, settings: Settings) -> str:
    match error:
        case ReferenceInvalid():
            setting = error.setting or _setting(error, settings)
            end = "" if error.remedy.endswith("?") else "."
            return f"{setting}: {error.problem.removeprefix(f'{setting} ')}; {error.remedy}{end}"
        case ProfileUnknown():
            return f"{'PARLEY_PROFILE' if error.name == settings.profile else 'PROFILE'}: {error}"
        case ProfilesInvalid():
            return f"PARLEY_PROFILES: {error}"
        case AddressUnusable():
            return f"{error}."
        case StorageUnsupported():
            return f"PARLEY_DATABASE_URL: {error}."
        case StorageTooNew():
            return f"The database was written by a newer Parley ({error}). Please update."
        case StorageError():
            detail = f", {error}" if str(error) else ""
            place = "PARLEY_DATABASE_URL" if settings.database_url else "PARLEY_DATA_DIR"
            return f"What is stored cannot be used ({error.code}{detail}). Is {place} right, and is there room?"
        case _:
            return f"{error.code}: {error}"


def _setting(error: ReferenceInvalid, settings: Settings) -> str:
    """The setting that holds a reference which could not even be read."""
    for role in ROLES:
        text = getattr(settings, role)
        if text and _same(text, error.reference):
            return f"PARLEY_{role.upper()}"
    return "model reference"


def _same(text: str, reference: str) -> bool:
    try:
        return reference in map(str, alternatives(text))
    except ReferenceInvalid as error:
        return error.reference == reference
