"""Which models an action is about: the profile that is named or set; the set one with the settings' overrides."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agents.models.catalogue import Store
    from agents.models.profiles import Profile
    from bot.settings import Settings

__all__ = ["catalogued", "chosen"]


def chosen(name: str | None, settings: Settings) -> Profile:
    """Raises ProfileUnknown or ReferenceInvalid."""
    from agents.models.profiles import ROLES, profile

    found = profile(name or settings.profile)
    overrides = {role: getattr(settings, role) for role in ROLES}
    return found.overridden(overrides) if found.name == settings.profile else found


def catalogued(profile: Profile, store: Store) -> list[str]:
    """The names of the profile's models whose files the catalogue knows."""
    return [reference.name for reference in profile.references().values() if reference.name in store]
