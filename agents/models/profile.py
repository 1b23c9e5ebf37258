"""A profile: a named set of model references, one for each role it fills."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from agents.models.reference import ModelReference

__all__ = ["REMOTE", "ROLES", "Profile"]

ROLES = ("asr", "caption", "vqa", "ocr", "sentiment", "emotion", "langid", "embeddings", "llm")
REMOTE = "$PARLEY_REMOTE_URL"  # what stands for the operator's host in references of profiles


@dataclass(frozen=True, slots=True)
class Profile:
    """Which model fills which role; ``None`` where the profile has none.

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
    ram_gb: float = 0.0
    vram_gb: float = 0.0

    def references(self) -> dict[str, ModelReference]:
        """The references the profile has, by role."""
        found = {role: getattr(self, role) for role in ROLES}
        return {role: reference for role, reference in found.items() if reference is not None}

    def overridden(self, references: Mapping[str, str | None]) -> Profile:
        """This profile with other references for some roles; ``None`` and blanks leave a role as it is.

        Raises ReferenceInvalid.
        """
        wanted = {role: text for role in ROLES if (text := (references.get(role) or "").strip())}
        parsed = {role: ModelReference.parse(text) for role, text in wanted.items()}
        return replace(self, **parsed)  # type: ignore[arg-type]

    def addressed(self, url: str) -> Profile:
        """This profile with ``url``, ``http://host:port/v1#model``, where its references name the operator's host."""
        found = {
            role: replace(reference, name=reference.name.replace(REMOTE, url))
            for role, reference in self.references().items()
        }
        return replace(self, **found)  # type: ignore[arg-type]

    def remote(self) -> list[str]:
        """The roles whose model runs on the operator's host, which is not known yet."""
        return [role for role, reference in self.references().items() if REMOTE in reference.name]
