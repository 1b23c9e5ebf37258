"""Where the models of some settings go: what each asks for and takes, fitted into this machine before any is loaded."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agents.errors import ModelUnavailable, ReferenceInvalid
from agents.models.builds import barred
from agents.models.placement import place
from agents.models.plan import Plan, Wish
from agents.models.room import GB, Policy
from bot.backends import ENGINES, adapter
from bot.needs import needed

if TYPE_CHECKING:
    from agents.models.catalogue import Store
    from agents.models.devices import Machine
    from agents.models.footprint import Footprint
    from agents.models.reference import ModelReference
    from bot.settings import Settings

__all__ = ["apart_of", "planned", "policy_of"]


def policy_of(settings: Settings) -> Policy:
    return Policy(
        settings.placement,
        None if settings.gpus is None else frozenset(settings.gpus),
        None if settings.vram_gb is None else int(settings.vram_gb * GB),
        None if settings.ram_gb is None else int(settings.ram_gb * GB),
    )


def apart_of(settings: Settings, roles: Sequence[str]) -> bool | None:
    """Whether the engine of these roles gets a process of its own; None: on a GPU. One whose words stream stays."""
    if "llm" in roles:
        return False
    if "all" in settings.apart or not set(roles).isdisjoint(settings.apart):
        return True
    return None if "gpu" in settings.apart else False


def planned(models: Mapping[str, Sequence[ModelReference]], store: Store, machine: Machine, settings: Settings) -> Plan:
    """The plan for the models of each role, in the order they are asked. Raises PlanImpossible.

    The references are valid: making them was tried, or they were declared.
    """
    from agents.models.devices import cuda_visible

    os.environ.setdefault("CUDA_DEVICE_ORDER", "PCI_BUS_ID")  # so that engines number GPUs as the driver does
    shown = replace(machine, gpus=cuda_visible(machine.gpus, os.environ.get("CUDA_VISIBLE_DEVICES")))
    uses = list(_uses(models))
    wishes = [use.wish(store, shown, apart_of(settings, use.roles)) for use in uses]
    return place(wishes, shown, policy_of(settings))


def footprint_of(reference: ModelReference, roles: Iterable[str], store: Store, kind: str) -> Footprint | None:
    """What one model takes for all its roles on that ``kind`` of device; None where nobody can tell.

    Raises ReferenceInvalid.
    """
    roles = tuple(roles)
    kinds = dict.fromkeys(adapter(role, reference) for role in roles)
    return _footprint(kinds, reference, _folder(roles, reference, store), kind)


@dataclass(slots=True)
class _Use:
    """One model and what uses it: the roles, and whether it is the first or the last of all that answer in one."""

    reference: ModelReference
    roles: list[str] = field(default_factory=list)
    first: bool = False
    last: bool = False

    def wish(self, store: Store, machine: Machine, apart: bool | None) -> Wish:
        gpus = bool(machine.gpus)
        kinds = list(dict.fromkeys(adapter(role, self.reference) for role in self.roles))
        device = self.reference.options.get("device", "auto") if self._takes(kinds, "cpu") else ""
        folder = _folder(self.roles, self.reference, store)
        elsewhere = "://" in self.reference.name
        return Wish(
            self.reference,
            tuple(self.roles),
            device,
            cpu=_footprint(kinds, self.reference, folder, "cpu"),
            gpu=_footprint(kinds, self.reference, folder, "gpu") if gpus or machine.mps else None,
            elsewhere=elsewhere,
            apart=apart,
            barred=barred(ENGINES.get(self.reference.backend, "")) if gpus else "",
            spreads=gpus and self._takes(kinds, "cuda:0+1"),
            first=self.first,
            last=self.last,
        )

    def _takes(self, kinds: Iterable[Any], device: str) -> bool:
        """Whether its adapters can be told to run there."""
        try:
            for kind in kinds:
                kind.declare(self.reference.on(device))
        except ReferenceInvalid:
            return False
        return True


def _uses(models: Mapping[str, Sequence[ModelReference]]) -> Iterable[_Use]:
    """Each model once, in the order of the roles."""
    found: dict[str, _Use] = {}
    for role, alternatives in models.items():
        for place_in_list, reference in enumerate(alternatives):
            use = found.setdefault(str(reference), _Use(reference))
            use.roles.append(role)
            use.first |= place_in_list == 0
            use.last |= place_in_list == len(alternatives) - 1
    return found.values()


def _folder(roles: Iterable[str], reference: ModelReference, store: Store) -> Path | ModelUnavailable | None:
    """Where its files are: None for a model without any of ours, an error for one that was not fetched."""
    try:
        for role in roles:
            if (wanted := needed(role, reference, store)) is not None:
                return store.folder(wanted.repository, wanted.revision, wanted.patterns)
    except ModelUnavailable as error:
        return error
    return None


def _footprint(
    kinds: Iterable[Any], reference: ModelReference, folder: Path | ModelUnavailable | None, kind: str
) -> Footprint | None:
    """What its adapters say, the most of each; None where one cannot tell."""
    if isinstance(folder, ModelUnavailable):
        return None
    told = list(_told(kinds, reference, folder, kind))
    if not told or None in told:
        return None
    return reduce(_larger, (one for one in told if one is not None))


def _told(
    kinds: Iterable[Any], reference: ModelReference, folder: Path | None, kind: str
) -> Iterator[Footprint | None]:
    for one in kinds:
        try:
            yield one.footprint(reference, folder, kind) if hasattr(one, "footprint") else None
        # files may be damaged, and another package's code runs here and may raise anything: loading will tell
        except Exception:
            yield None


def _larger(one: Footprint, other: Footprint) -> Footprint:
    return replace(one, ram=max(one.ram, other.ram), vram=max(one.vram, other.vram))
