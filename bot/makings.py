"""What settings make of model references: checked against this machine, placed on it, made once and shared."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from agents.decoding.inside import InsideDecoder
from agents.errors import ModelUnavailable, ReferenceInvalid
from agents.limits import Limits
from agents.models.catalogue import Store
from agents.models.hosted import HostedEmbedder, HostedSense
from agents.models.making import Making
from agents.models.metrics import Metrics
from agents.models.plan import RAM, Plan
from agents.models.reference import ModelReference
from agents.models.spoken import Spoken
from bot.backends import METHODS, adapter
from bot.hosting import apart_of, planned
from bot.needs import needed
from bot.presence import require_device, require_files

if TYPE_CHECKING:
    from agents.models.devices import Machine
    from agents.models.profiles import Profile
    from agents.models.wanted import Wanted
    from agents.ports import Decoder
    from bot.settings import Settings

__all__ = ["Makings", "limits_of"]


def limits_of(settings: Settings) -> Limits:
    return Limits(
        sense_deadline=settings.sense_deadline,
        answer_deadline=settings.answer_deadline,
        max_megapixels=settings.max_image_megapixels,
        max_minutes=settings.max_audio_minutes,
    )


def _asking(method: str) -> Callable[[Any, Sequence[Any]], Sequence[Any]]:
    """The method of whatever fills the port: the adapter, or one whose engine is apart."""

    def ask(port: Any, items: Sequence[Any]) -> Sequence[Any]:
        found: Sequence[Any] = getattr(port, method)(items)
        return found

    return ask


class Makings:
    """Makes the models of one set of settings, which count into ``metrics``. Nothing is loaded here."""

    def __init__(self, settings: Settings, metrics: Metrics | None = None, decoder: Decoder | None = None) -> None:
        """``decoder`` is for what models send; by default it decodes in this process."""
        self._settings = settings
        self._metrics = metrics or Metrics()
        self._places: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {}  # roles and devices of a reference
        self._store = Store(settings.models_dir)
        self._limits = limits_of(settings)
        self._decoder = decoder or InsideDecoder(self._limits)
        self._makings: dict[str, Making] = {}

    def standing_in(self, role: str, reference: ModelReference) -> ModelReference:
        """The reference, or its stand-in's, with the options the catalogue gives it, when only that is installed.

        Raises ReferenceInvalid naming the setting.
        """
        with self._naming(role):
            wanted = needed(role, reference, self._store)
        if wanted is None or self._store.key(wanted) not in self._store:
            return reference
        try:
            found = self._store.resolve(reference.name)
        except ModelUnavailable:
            return reference  # loading it will tell what to do
        if found.stands_in_for is None:
            return reference
        return ModelReference(reference.backend, found.name, None, self._store.entry(found.name).options)

    def models_of(self, profile: Profile) -> dict[str, tuple[ModelReference, ...]]:
        """The models of each role in the order they are asked, or what stands in for them. Raises ReferenceInvalid."""
        asked = {role: profile.alternatives(role) for role in profile.references()}
        return {
            role: tuple(dict.fromkeys(self.standing_in(role, one) for one in found)) for role, found in asked.items()
        }

    def planned(self, models: Mapping[str, Sequence[ModelReference]]) -> Plan:
        """Where these models go, by role in the order they are asked; what is made afterwards goes there.

        Raises PlanImpossible, and ReferenceInvalid naming the setting.
        """
        for role, references in models.items():
            for reference in references:
                self._checked(role, reference, device=reference == references[-1])
        plan = planned(models, self._store, self._machine, self._settings)
        for one in plan.placed:
            self.put(one.wish.reference, one.wish.roles, one.devices)
            meter = self._metrics.of(str(one.wish.reference))
            for device, size in {RAM: one.ram, **one.vram}.items():
                if size:
                    meter.takes("cpu" if device == RAM else device, "estimated", size)
        return plan

    def put(self, reference: ModelReference, roles: tuple[str, ...], devices: tuple[str, ...]) -> None:
        """Make this model for these devices, the best first, and for all of these roles."""
        self._places[str(reference)] = (roles, devices)

    def made(self, role: str, reference: ModelReference) -> Any:
        """What fills the role, not loaded yet. Raises ReferenceInvalid naming the setting."""
        kind = self._checked(role, reference)
        with self._naming(role):
            wanted = needed(role, reference, self._store)
            making = self._makings.setdefault(str(reference), self._making(role, reference, wanted))
            self._metrics.of(str(reference)).plays(role)
            if hasattr(kind, "made"):
                made = kind.made(making)
                return Spoken(made, self._decoder) if role == "tts" else made
            first = making.devices[0] if making.devices else ""
            card = replace(kind.declare(reference.on(first)), reference=str(reference))
        hosted = HostedEmbedder if role == "embeddings" else HostedSense
        return hosted(card, making.host(kind), _asking(METHODS[role]), deadline=self._limits.perceiving)

    def _checked(self, role: str, reference: ModelReference, *, device: bool = True) -> Any:
        """The adapter's class, once all is well that can be known before it loads, or all but its ``device``."""
        with self._naming(role):
            kind = adapter(role, reference)
            kind.declare(reference)
            self._require(reference, device=device)
        return kind

    def _require(self, reference: ModelReference, *, device: bool) -> None:
        """What can be known to fail before it is loaded. Raises ReferenceInvalid."""
        require_files(reference)
        if device and reference.options.get("device", "auto") not in {"auto", "cpu"}:
            require_device(reference, self._machine, os.environ.get("CUDA_VISIBLE_DEVICES"))

    @cached_property
    def _machine(self) -> Machine:
        from agents.models.devices import machine

        return machine()

    def _making(self, role: str, reference: ModelReference, wanted: Wanted | None) -> Making:
        host = urlsplit(reference.name).netloc.lower()
        key = self._settings.api_keys.get(host) if host else None
        roles, devices = self._places.get(str(reference), ((role,), ()))
        idle = self._settings.idle_minutes
        return Making(
            reference,
            partial(self._folder, wanted),
            sense_deadline=self._settings.sense_deadline,
            answer_deadline=self._settings.answer_deadline,
            key=key.get_secret_value() if key else None,
            proxy=self._settings.proxy,
            devices=devices,
            idle=None if idle is None else idle * 60,
            apart=apart_of(self._settings, roles),
            metrics=self._metrics,
        )

    def _folder(self, wanted: Wanted | None) -> Path | None:
        """The folder of the model's verified files. Raises ModelUnavailable, which tells how to fetch them."""
        return self._store.folder(wanted.repository, wanted.revision, wanted.patterns) if wanted else None

    @contextmanager
    def _naming(self, role: str) -> Iterator[None]:
        """A wrong reference is told with the place it was written in."""
        try:
            yield
        except ReferenceInvalid as exc:
            raise exc.at(self._setting(role)) from exc

    def _setting(self, role: str) -> str:
        """Where the role's reference was written."""
        own = getattr(self._settings, role)
        return f"PARLEY_{role.upper()}" if own else f"PARLEY_PROFILE={self._settings.profile}, {role}"
