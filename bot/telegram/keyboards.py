"""Buttons under a message."""

from __future__ import annotations

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.said import Choices

__all__ = ["keyboard"]


def keyboard(choices: Choices) -> InlineKeyboardMarkup | None:
    """The rows of buttons as Telegram takes them; None for no buttons."""
    rows = [[InlineKeyboardButton(choice.label, callback_data=choice.what) for choice in row] for row in choices if row]
    return InlineKeyboardMarkup(rows) if rows else None
