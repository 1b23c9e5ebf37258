"""Whether what was said is for us, and who said it."""

from __future__ import annotations

from telegram import Message, User
from telegram.constants import ChatType

from bot.incoming import Sender
from bot.telegram.written import Written

__all__ = ["is_addressed", "is_crowd", "sender_of", "speaker_of"]

_GROUPS = (ChatType.GROUP, ChatType.SUPERGROUP)


def is_crowd(message: Message) -> bool:
    return message.chat.type in _GROUPS


def is_addressed(message: Message, written: Written, me: User) -> bool:
    """In a private chat everything is for us; in a group what mentions us or answers something we said there."""
    if message.chat.type == ChatType.PRIVATE:
        return True
    return is_crowd(message) and (_answers(message, me) or written.names(me))


def speaker_of(message: Message) -> Sender | None:
    """Who said it, if it was a person and not a bot or a channel's post that Telegram brought along.

    A group's anonymous administrator, and whoever speaks in a channel's name, is known by that chat alone.
    """
    if message.is_automatic_forward or message.sender_business_bot is not None:
        return None
    if message.sender_chat is not None:
        chat = message.sender_chat
        return Sender(id=str(chat.id), username=chat.username, name=chat.title)
    return sender_of(message.from_user)


def sender_of(user: User | None) -> Sender | None:
    if user is None or user.is_bot:
        return None
    return Sender(id=str(user.id), username=user.username, name=user.full_name, locale=user.language_code)


def _answers(message: Message, me: User) -> bool:
    """What begins a topic answers its creation in name, be that ours or not."""
    replied = message.reply_to_message
    if replied is None or replied.from_user is None or replied.forum_topic_created:
        return False
    return replied.from_user.id == me.id
