"""Settings that cannot be used, in words: the setting's name and what it should be, and never its value."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import ValidationError

from agents.errors import ParleyError

__all__ = ["PREFIX", "SettingsInvalid"]

PREFIX = "PARLEY_"  # of every setting that is not known elsewhere by another name


class SettingsInvalid(ParleyError):
    """Settings that cannot be used, a line each: the setting's name and what it should be."""

    code = "settings-invalid"

    @classmethod
    def of(cls, error: ValidationError) -> SettingsInvalid:
        """Without the values, which may be secret."""
        return cls.told((_name(problem["loc"]), _problem(problem["msg"])) for problem in error.errors())

    @classmethod
    def told(cls, problems: Iterable[tuple[str, str]]) -> SettingsInvalid:
        """From the names of settings with what is wrong with each."""
        return cls("\n".join(f"{name}: {problem}. See .env.example." for name, problem in problems))


def _name(place: tuple[int | str, ...]) -> str:
    field = str(place[0]) if place else "settings"
    return field if field.isupper() else f"{PREFIX}{field.upper()}"


def _problem(message: str) -> str:
    return message.removeprefix("Value error, ").removeprefix("Input ").removesuffix(".")
