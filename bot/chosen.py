"""The profile that settings choose, ours or the operator's own, with the models that single settings put instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agents.errors import ReferenceInvalid
from agents.models.profiles import REMOTE, ROLES, Profile, profile

if TYPE_CHECKING:
    from bot.settings import Settings

__all__ = ["chosen_profile", "require_address", "set_to"]


def chosen_profile(settings: Settings, name: str | None = None) -> Profile:
    """The profile of this name, by default the one that is set; that one with the settings' overrides.

    Raises ProfileUnknown, ProfilesInvalid, or ReferenceInvalid for a malformed override.
    """
    found = profile(name or settings.profile, settings.profiles)
    if found.name == settings.profile:
        found = found.overridden({role: getattr(settings, role) for role in ROLES})
    return found.addressed(settings.remote_url) if settings.remote_url else found


def require_address(found: Profile) -> None:
    """Raise ReferenceInvalid where models run on the operator's host, and nobody said which that is."""
    for role in found.remote():
        reference = str(found.references()[role])
        problem = f"the profile {found.name} runs its {role} on a host of yours, and this is not set"
        remedy = "set it to http://host:port/v1#model, or choose another profile"
        raise ReferenceInvalid(reference, problem, remedy, REMOTE.removeprefix("$"))


def set_to(found: Profile, settings: Settings) -> Settings:
    """Settings whose profile it is, so that what is wrong is told with the right place."""
    if found.name == settings.profile:
        return settings
    return settings.model_copy(update={"profile": found.name, **dict.fromkeys(ROLES)})
