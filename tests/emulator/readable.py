"""Whether both PTB and aiogram read an update, however deep, without a field they do not know."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import aiogram.types
import telegram

from tests.emulator.calls import extras
from tests.emulator.members import NEWER

__all__ = ["check_update"]

os.environ.setdefault("PTB_TIMEDELTA", "true")  # without it, PTB warns about every duration that is looked at

_read: set[Any] = set()
_MOST_SHAPES = 10_000
_TELLING = {"type", "status", "source"}  # strings that choose the class something is read as


def check_update(update: dict[str, Any]) -> None:
    """Raise AssertionError unless PTB and aiogram both read the update and know its fields.

    Reading costs far more than the rest of a call, so updates of a shape that was read before are not read again.
    """
    shape = _shape("", update)
    if shape in _read:
        return
    parsed = telegram.Update.de_json(update, None)
    assert parsed.update_id == update["update_id"]
    unknown = sorted(set(_unknown(parsed)) - set(NEWER))
    assert not unknown, f"fields PTB does not know: {unknown}"
    lost = [name for name in update if getattr(parsed, name, None) is None]
    assert not lost, f"kinds PTB does not know: {lost}"
    more = sorted(extras(aiogram.types.Update.model_validate(update)))
    assert not more, f"fields aiogram does not know: {more}"
    if len(_read) < _MOST_SHAPES:
        _read.add(shape)


def _shape(name: str, value: Any) -> Any:
    """What stays of a value when texts and numbers are left out."""
    if isinstance(value, dict):
        return tuple([(key, _shape(key, item)) for key, item in value.items()])
    if isinstance(value, list):
        return ("list", frozenset([_shape(name, item) for item in value]))
    return value if name in _TELLING and isinstance(value, str) else type(value)


def _unknown(parsed: object) -> Iterator[str]:
    if isinstance(parsed, list | tuple):
        for item in parsed:
            yield from _unknown(item)
    if isinstance(parsed, telegram.TelegramObject):
        yield from parsed.api_kwargs
        for name in parsed.to_dict(recursive=False):
            yield from _unknown(getattr(parsed, "from_user" if name == "from" else name, None))
