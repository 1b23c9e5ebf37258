"""A profile: a named set of model references, one for each role it fills."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from agents.models.reference import ModelReference, alternatives

__all__ = ["REMOTE", "ROLES", "Profile"]

ROLES = ("asr", "caption", "vqa", "ocr", "sentiment", "emotion", "langid", "embeddings", "tts", "llm")
REMOTE = "$PARLEY_REMOTE_URL"  # what stands for the operator's host in references of profiles


@dataclass(frozen=True, slots=True)
class Profile:
    """Which model fills which role; ``None`` where the profile has none.

    ``others`` are the models by role that answer in turn when the one before cannot, for roles that have any.
    ``ram_gb`` and ``vram_gb`` are estimates of what it takes in work, of the machine's and of its GPU's memory.
    """

    name: str
    notes: str
    llm: ModelReference
    asr: ModelReference | None = None
    caption: ModelReference | None = None
    vqa: ModelReference | None = None
    ocr: ModelReference | None = None
    sentiment: ModelReference | None = None
    emotion: ModelReference | None = None
    langid: ModelReference | None = None
    embeddings: ModelReference | None = None
    tts: ModelReference | None = None
    ram_gb: float = 0.0
    vram_gb: float = 0.0
    others: Mapping[str, tuple[ModelReference, ...]] = field(default_factory=dict, hash=False)

    @classmethod
    def of(cls, models: Mapping[str, tuple[ModelReference, ...]], **told: Any) -> Profile:
        """A profile of the alternatives by role, the language model's among them; ``told`` are its other fields."""
        first: dict[str, Any] = {role: found[0] for role, found in models.items() if found}
        return cls(**first, **told, others={role: found[1:] for role, found in models.items() if len(found) > 1})

    def alternatives(self, role: str) -> tuple[ModelReference, ...]:
        """The role's models in the order to ask them, the first included; none where the profile has none."""
        first: ModelReference | None = getattr(self, role)
        return () if first is None else (first, *self.others.get(role, ()))

    def models(self) -> Iterator[tuple[str, ModelReference]]:
        """Every model of every role, with the role."""
        for role in ROLES:
            for reference in self.alternatives(role):
                yield role, reference

    def references(self) -> dict[str, ModelReference]:
        """The reference to ask first, by role, for the roles that have one."""
        found = {role: getattr(self, role) for role in ROLES}
        return {role: reference for role, reference in found.items() if reference is not None}

    def overridden(self, references: Mapping[str, str | None]) -> Profile:
        """This profile with other models for some roles; ``None`` and blanks leave a role as it is.

        Raises ReferenceInvalid.
        """
        wanted = {role: text for role in ROLES if (text := (references.get(role) or "").strip())}
        return self._with({role: alternatives(text) for role, text in wanted.items()})

    def addressed(self, url: str) -> Profile:
        """This profile with ``url``, ``http://host:port/v1#model``, where its references name the operator's host."""
        return self._changed(lambda reference: replace(reference, name=reference.name.replace(REMOTE, url)))

    def remote(self) -> list[str]:
        """The roles of which a model runs on the operator's host, which is not known yet."""
        return [role for role in ROLES if any(REMOTE in reference.name for reference in self.alternatives(role))]

    def _changed(self, change: Callable[[ModelReference], ModelReference]) -> Profile:
        return self._with({role: tuple(map(change, found)) for role in ROLES if (found := self.alternatives(role))})

    def _with(self, models: Mapping[str, tuple[ModelReference, ...]]) -> Profile:
        """With these alternatives for these roles."""
        others = {role: found for role, found in self.others.items() if role not in models}
        others |= {role: found[1:] for role, found in models.items() if len(found) > 1}
        first: dict[str, Any] = {role: found[0] for role, found in models.items()}
        return replace(self, **first, others=others)
