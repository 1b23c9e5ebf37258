"""Profiles by name: ours, kept in ``profiles.toml``, and those of a file of the operator's."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from types import MappingProxyType

from agents.errors import ParleyError
from agents.models.profile import REMOTE, ROLES, Profile
from agents.models.profile_file import ProfilesInvalid, read_profiles

__all__ = ["REMOTE", "ROLES", "Profile", "ProfileUnknown", "ProfilesInvalid", "profile", "profiles"]


class ProfileUnknown(ParleyError):
    """No profile has this name. ``nearest`` is the one that was probably meant."""

    code = "profile-unknown"

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        near = get_close_matches(name, known, n=1, cutoff=0.4)
        self.name = name
        self.nearest = near[0] if near else None
        hint = f"did you mean {self.nearest}?" if self.nearest else f"there are {', '.join(known)}"
        super().__init__(f"no profile is named {name!r}; {hint}")


@cache
def _ours() -> Mapping[str, Profile]:
    return MappingProxyType(read_profiles(Path(__file__).with_name("profiles.toml"), {}))


def profiles(own: Path | None = None) -> Mapping[str, Profile]:
    """Every profile by name; those in the file ``own`` go before ours. Raises ProfilesInvalid."""
    return {**_ours(), **read_profiles(own, _ours())} if own else _ours()


def profile(name: str, own: Path | None = None) -> Profile:
    """The profile of this name. Raises ProfileUnknown naming the nearest, or ProfilesInvalid."""
    known = profiles(own)
    if name not in known:
        raise ProfileUnknown(name, tuple(known))
    return known[name]
