"""Errors on their way from an engine's process: their code and what they say in a few words, never a traceback."""

from __future__ import annotations

from typing import Any

from agents.errors import (
    DeviceLost,
    ModelCrashed,
    ModelError,
    ModelLate,
    ModelOutOfMemory,
    ModelRefused,
    ModelUnavailable,
)
from agents.untrusted import plain, shortened

__all__ = ["meant", "told"]

_KINDS: dict[str, type[ModelError]] = {
    kind.code: kind for kind in (DeviceLost, ModelCrashed, ModelLate, ModelOutOfMemory, ModelRefused, ModelUnavailable)
}
_LONGEST = 500  # characters


def told(error: BaseException) -> dict[str, str]:
    """As JSON takes it, in few words. What an engine raised itself is told by its type alone, as our hosts do."""
    if isinstance(error, ModelError):
        return {"code": error.code, "detail": _short(error.detail)}
    return {"code": ModelCrashed.code, "detail": type(error).__name__}


def meant(told: Any, reference: str) -> ModelError:
    """The error that was told, of the model that we know it is of; a crash where that makes no sense."""
    said = told if isinstance(told, dict) else {}
    code, detail = (str(said.get(name, "")) for name in ("code", "detail"))
    return _KINDS.get(code, ModelCrashed)(reference, _short(detail))


def _short(detail: str) -> str:
    return shortened(plain(detail), _LONGEST)
