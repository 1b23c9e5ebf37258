"""Which models an action is about: the profile that is named or set; the set one with the settings' overrides."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agents.models.profiles import Profile
    from bot.settings import Settings

__all__ = ["chosen"]


def chosen(name: str | None, settings: Settings) -> Profile:
    """Raises ProfileUnknown, ProfilesInvalid or ReferenceInvalid."""
    from bot.chosen import chosen_profile

    return chosen_profile(settings, name)
