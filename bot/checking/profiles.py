"""Trying every model of a profile, one after another: first its files by their hashes, then a child that loads it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from agents.models.catalogue import Store
from agents.models.fetch import damaged
from agents.models.placement import PlanImpossible
from bot.checking.order import ModelResult, Order, RoleResult
from bot.checking.running import Deadlines, try_model
from bot.chosen import require_address, set_to
from bot.hosting import footprint_of
from bot.makings import Makings
from bot.needs import needs

if TYPE_CHECKING:
    from agents.models.profiles import Profile
    from agents.models.reference import ModelReference
    from agents.models.wanted import Wanted
    from bot.settings import Settings

__all__ = ["Deadlines", "Listener", "Trial", "has_files", "trials", "try_all", "wrong_files"]

_PULL = "python -m bot models pull {}"


@dataclass(frozen=True, slots=True)
class Trial:
    """One model to be tried, for all its roles. ``asked`` is what the profile names, if this stands in for it.

    ``devices`` are where it goes when all of the profile is there.
    """

    profile: str
    reference: ModelReference
    roles: tuple[str, ...]
    asked: ModelReference | None = None
    devices: tuple[str, ...] = ()


class Listener:
    """Hears how far it is; this one is silent."""

    def step(self, trial: Trial, step: str) -> None:
        """``verifying``, ``starting``, ``loading`` or ``answering``."""

    def done(self, result: ModelResult) -> None:
        """One model more has been tried."""


def trials(profile: Profile, settings: Settings) -> list[Trial]:
    """The models of the profile, each once. Raises ReferenceInvalid for one that cannot work here."""
    require_address(profile)
    makings = Makings(set_to(profile, settings))
    places = _places(profile, makings)
    found: dict[str, Trial] = {}
    for role, asked in profile.models():
        reference = makings.standing_in(role, asked)
        makings.made(role, reference)
        before = found[str(reference)].roles if str(reference) in found else ()
        roles = tuple(dict.fromkeys((*before, role)))
        stood_for, devices = asked if asked != reference else None, places.get(str(reference), ())
        found[str(reference)] = Trial(profile.name, reference, roles, stood_for, devices)
    return list(found.values())


def _places(profile: Profile, makings: Makings) -> dict[str, tuple[str, ...]]:
    """The devices of each model; where all together do not fit, each is tried as its reference says."""
    try:
        plan = makings.planned(makings.models_of(profile))
    except PlanImpossible:
        return {}
    return {str(one.wish.reference): one.devices for one in plan.placed}


async def try_all(
    found: list[Trial],
    settings: Settings,
    deadlines: Deadlines,
    listener: Listener,
    *,
    contracts: bool = False,
) -> list[ModelResult]:
    """One result for each, in their order."""
    store = Store(settings.models_dir)
    results = []
    for trial in found:
        listener.step(trial, "verifying")
        if wrong := await asyncio.to_thread(wrong_files, trial, store):
            roles = [RoleResult(role) for role in trial.roles]
            result = ModelResult(str(trial.reference), roles, error=wrong, remedy=_PULL.format(trial.profile))
        else:
            result = await _tried(trial, settings, deadlines, listener, contracts=contracts)
        result.asked = str(trial.asked) if trial.asked else None
        result.ram_estimated, result.vram_estimated = await asyncio.to_thread(_estimated, trial, store)
        listener.done(result)
        results.append(result)
    return results


def _estimated(trial: Trial, store: Store) -> tuple[int | None, int | None]:
    """Bytes of memory and of a GPU's, by the headers of its files; None for what is not told."""
    device = next(iter(trial.devices), trial.reference.options.get("device", "cpu"))
    kind = "gpu" if device.startswith("cuda") else "cpu"
    found = footprint_of(trial.reference, trial.roles, store, kind)
    return (found.ram + found.library_ram, found.vram or None) if found else (None, None)


def has_files(trial: Trial, store: Store) -> bool:
    """Whether the store keeps its files: others come with a package, lie at a path or on a host."""
    return bool(_needed(trial, store))


def wrong_files(trial: Trial, store: Store) -> str:
    """What is wrong with the model's files; empty when all is well, or it has none in the store."""
    wanted = _needed(trial, store)
    if not all(store.has(one) for one in wanted):
        return "it is not installed, or not wholly"
    wrong = [name for key in dict.fromkeys(store.key(one) for one in wanted) for name in damaged(store, key)]
    return f"files are damaged: {', '.join(wrong)}" if wrong else ""


def _needed(trial: Trial, store: Store) -> list[Wanted]:
    """What its roles need from the store."""
    return needs(((role, trial.reference) for role in trial.roles), store)


async def _tried(
    trial: Trial, settings: Settings, deadlines: Deadlines, listener: Listener, *, contracts: bool
) -> ModelResult:
    order = Order(
        str(trial.reference), trial.roles, _needed_settings(trial, settings, deadlines), contracts, trial.devices
    )
    told: Callable[[str], None] = lambda step: listener.step(trial, step)  # noqa: E731 - a bound argument
    return await try_model(order, deadlines, told, loud=settings.log_level == "debug")


def _needed_settings(trial: Trial, settings: Settings, deadlines: Deadlines) -> dict[str, Any]:
    """What the child has to know, and no secret beyond the key of the model's own host."""
    host = urlsplit(trial.reference.name).netloc.lower()
    keys = {name: key.get_secret_value() for name, key in settings.api_keys.items() if name == host}
    return {
        "models_dir": str(settings.models_dir),
        "proxy": settings.proxy,
        "api_keys": keys,
        "sense_deadline": deadlines.answer,
        "answer_deadline": deadlines.answer,
    }
