"""The ways to have a model, the best first: what a host steps down when memory does not suffice or a device is gone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

__all__ = ["Rung"]

PortT = TypeVar("PortT")


@dataclass(frozen=True, slots=True)
class Rung(Generic[PortT]):
    """``load`` makes the model on ``device``: ``cpu``, ``cuda:1``, ...; empty where its engine chooses."""

    load: Callable[[], PortT]
    device: str = ""
