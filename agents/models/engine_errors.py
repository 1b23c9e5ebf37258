"""What engines raise, as errors of ours: engines raise anything, and hold on to memory in what they raise."""

from __future__ import annotations

from agents.errors import (
    DeviceLost,
    ModelCrashed,
    ModelError,
    ModelOutOfMemory,
    ModelUnavailable,
    ParleyError,
)

__all__ = ["of_loading", "of_working"]


def of_loading(model: str, exc: BaseException) -> ModelError:
    """Why a model could not be loaded, caused by ``exc``, which then holds on to nothing."""
    _let_go(exc)
    if isinstance(exc, (ModelOutOfMemory, DeviceLost)):
        return exc
    if isinstance(exc, MemoryError):
        return _caused(ModelOutOfMemory(model, type(exc).__name__), exc)
    detail = exc.detail if isinstance(exc, ModelUnavailable) else type(exc).__name__
    return _caused(ModelUnavailable(model, detail), exc)


def of_working(model: str, exc: BaseException) -> ParleyError:
    """Why a call of a model gave nothing; errors of ours pass. ``exc`` then holds on to nothing."""
    _let_go(exc)
    if isinstance(exc, ParleyError):
        return exc
    if isinstance(exc, MemoryError):
        return _caused(ModelOutOfMemory(model, type(exc).__name__), exc)
    return _caused(ModelCrashed(model, type(exc).__name__), exc)


def _caused(error: ModelError, exc: BaseException) -> ModelError:
    error.__cause__ = exc
    return error


def _let_go(exc: BaseException) -> None:
    """Drop the frames of an error and of those before it: a model or a photo in them would stay in memory with it."""
    seen: set[int] = set()
    before: BaseException | None = exc
    while before is not None and id(before) not in seen:
        seen.add(id(before))
        before.__traceback__ = None
        before = before.__cause__ or before.__context__
