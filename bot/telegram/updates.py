"""Which updates we ask Telegram for, whether by polling or by webhook."""

from __future__ import annotations

from telegram import Update

__all__ = ["WANTED", "connection_of", "kind_of"]

# Reactions come only to those who ask for them (https://core.telegram.org/bots/api#update). Of our own membership
# only the log tells.
WANTED = (
    Update.MESSAGE,
    Update.EDITED_MESSAGE,
    Update.BUSINESS_CONNECTION,
    Update.BUSINESS_MESSAGE,
    Update.EDITED_BUSINESS_MESSAGE,
    Update.CALLBACK_QUERY,
    Update.MESSAGE_REACTION,
    Update.MY_CHAT_MEMBER,
)


def kind_of(update: Update) -> str:
    """The kind of an update, for the log: the name of the one field Telegram fills."""
    return next((kind for kind in Update.ALL_TYPES if getattr(update, kind, None) is not None), "unknown")


def connection_of(update: Update) -> str | None:
    """The business connection that it came through, if it did."""
    query = update.callback_query
    pressed = query.message if query else None
    message = update.business_message or update.edited_business_message or pressed
    return getattr(message, "business_connection_id", None)
