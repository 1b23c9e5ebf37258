"""What one child is asked to try, and what it tells meanwhile: one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

__all__ = ["Contract", "ModelResult", "Order", "RoleResult"]


@dataclass(frozen=True, slots=True)
class Order:
    """One model with the roles it fills. ``settings`` are those that making it needs, keys of hosts among them.

    ``devices`` are where the plan puts it, the best first.
    """

    reference: str
    roles: tuple[str, ...]
    settings: Mapping[str, Any] = field(repr=False)
    contracts: bool = False
    devices: tuple[str, ...] = ()

    def line(self) -> bytes:
        return json.dumps(asdict(self)).encode() + b"\n"

    @classmethod
    def read(cls, line: bytes) -> Order:
        fields = json.loads(line)
        return cls(**{**fields, "roles": tuple(fields["roles"]), "devices": tuple(fields["devices"])})


@dataclass(frozen=True, slots=True)
class Contract:
    """One promise of a port, tried on the loaded model."""

    name: str
    ok: bool
    detail: str = ""


@dataclass(slots=True)
class RoleResult:
    """One inference: ``seconds`` it took, ``output`` it gave; whether that is ``as_expected``, where we know better."""

    role: str
    seconds: float | None = None
    output: str = ""
    as_expected: bool | None = None
    contracts: list[Contract] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return self.seconds is not None and all(contract.ok for contract in self.contracts)


@dataclass(slots=True)
class ModelResult:
    """How trying one model went. Memory in bytes, beyond what the child took before it loaded; None: not measured.

    ``asked`` is the reference in the profile, when another stands in for it. ``vram`` is what all NVIDIA GPUs together
    hold more than before, whoever holds it. Estimates are of full batches at work, with the library; None where
    nobody can tell.
    """

    reference: str
    roles: list[RoleResult]
    asked: str | None = None
    error: str = ""
    remedy: str = ""
    load_seconds: float | None = None
    ram: int | None = None
    ram_peak: int | None = None
    vram: int | None = None
    ram_estimated: int | None = None
    vram_estimated: int | None = None

    @property
    def ok(self) -> bool:
        return not self.error and all(role.ok for role in self.roles)

    def as_json(self) -> dict[str, Any]:
        roles = [{**asdict(role), "ok": role.ok and not self.error} for role in self.roles]
        return {**asdict(self), "ok": self.ok, "roles": roles}
