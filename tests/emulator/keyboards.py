"""Telegram's rules about keyboards under messages."""

from __future__ import annotations

from typing import Any

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from tests.emulator.calls import Refused

__all__ = ["check_keyboard"]

_MOST = 100
_WIDEST = 8
_LONGEST_DATA = 64  # bytes; https://core.telegram.org/bots/api#inlinekeyboardbutton
_LABELS = {"text", "icon_custom_emoji_id", "style"}


def check_keyboard(markup: object) -> dict[str, Any] | None:
    """The markup as messages carry it: only inline keyboards stand in messages. Raises Refused."""
    if not isinstance(markup, InlineKeyboardMarkup):
        return None
    rows = markup.inline_keyboard
    if sum(map(len, rows)) > _MOST or any(len(row) > _WIDEST for row in rows):
        raise _refused("reply markup is too long")
    for row in rows:
        for button in row:
            _check_button(button)
    shown: dict[str, Any] = markup.model_dump(exclude_none=True)
    return shown if any(rows) else None


def _check_button(button: InlineKeyboardButton) -> None:
    if not button.text.strip():
        raise _refused("text buttons are unallowed to be empty")
    actions = set(button.model_dump(exclude_none=True)) - _LABELS
    if len(actions) != 1:
        raise _refused("an inline keyboard button needs exactly one action")
    if button.callback_data is not None and not 1 <= len(button.callback_data.encode()) <= _LONGEST_DATA:
        raise _refused("BUTTON_DATA_INVALID")


def _refused(reason: str) -> Refused:
    return Refused(400, f"Bad Request: {reason}", violation=True)
