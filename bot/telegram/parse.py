"""A Telegram update as an Incoming. Pure: no network, no clock.

In a private chat everything a person sends is for us. In a group only what mentions the bot, replies to it or commands
it, and what stands in an album beside such. What nobody said (service messages, other bots, channel posts) is nothing
to answer.
"""

from __future__ import annotations

from dataclasses import dataclass

from telegram import Message, Update, User
from telegram.constants import ChatType
from telegram.ext import filters

from bot.incoming import Incoming, Sender
from bot.telegram.address import CHANNEL, Address
from bot.telegram.addressed import is_addressed, is_crowd, speaker_of
from bot.telegram.commands import Command
from bot.telegram.marks import pressed, reacted
from bot.telegram.moving import moved
from bot.telegram.parts import parts_of
from bot.telegram.written import Written

__all__ = ["CHANNEL", "Parser"]

_EDITED_WITHIN = 48 * 3600  # seconds; as long as Telegram lets people edit. What changes later is no new question
_EDITABLE = ("text", "caption", "photo", "live_photo", "video", "animation", "audio", "document")


@dataclass(frozen=True, slots=True)
class Parser:
    """``me`` is the bot itself, ``commands`` the names of those it has; media beyond ``max_bytes`` are named."""

    me: User
    max_bytes: int
    commands: frozenset[str] = frozenset()

    def parse(self, update: Update, host: Sender | None = None) -> Incoming | None:
        """What to answer or to heed, or None. ``host`` is the owner of the business account that it came through."""
        if update.callback_query is not None:
            return pressed(update.callback_query, host)
        if update.message_reaction is not None:
            return reacted(update.message_reaction, update.update_id)
        edited = update.edited_message or update.edited_business_message
        message = update.message or update.business_message or edited
        if message is None:
            return None
        if edited is None and (move := moved(message)) is not None:
            return move
        if filters.StatusUpdate.ALL.check_update(update) or message.direct_messages_topic is not None:
            return None
        return self._said(message, update.update_id if edited else None, host)

    def _said(self, message: Message, edit: int | None, host: Sender | None) -> Incoming | None:
        """``edit``: the number of the update, where that tells of an edit."""
        sender, written = speaker_of(message), Written.of(message)
        if sender is None or not _is_open(message, sender, host) or (edit is not None and not _is_edit(message)):
            return None
        command = Command.of(message, written)
        if command is not None and is_crowd(message) and command.is_for_another(self.me):
            return None
        if command is not None and not command.is_ours(message, self.me, self.commands):
            command = None
        addressed = command is not None or is_addressed(message, written, self.me)
        text = written.without_mentions_of(self.me) if is_crowd(message) else written.text
        album = message.media_group_id
        if not addressed and not (album and is_crowd(message) and edit is None):
            return None
        address = Address.of_message(message)
        return Incoming(
            channel=CHANNEL,
            chat=str(address),
            key=_key(address, message, edit),
            sender=sender,
            parts=parts_of(message, None if command else text, self.max_bytes),
            command=command.name if command else None,
            arguments=command.arguments if command else "",
            message=str(message.message_id),
            whole=False,
            album=f"{address}/{album}" if album else None,
            said_at=int(message.date.timestamp()),
            addressed=addressed,
            crowd=is_crowd(message),
            edited=edit is not None,
            host=host,
        )


def _is_open(message: Message, sender: Sender, host: Sender | None) -> bool:
    """A business account's chats are answered on behalf of its owner, who is not answered there."""
    if message.business_connection_id is None:
        return message.chat.type == ChatType.PRIVATE or is_crowd(message)
    return host is not None and message.chat.type == ChatType.PRIVATE and sender.id != host.id


def _is_edit(message: Message) -> bool:
    """Whether other words or media may stand in it: a location that goes on, a poll that ends are no edits to us."""
    if message.edit_date is None or not any(getattr(message, what, None) for what in _EDITABLE):
        return False
    return (message.edit_date - message.date).total_seconds() <= _EDITED_WITHIN


def _key(address: Address, message: Message, edit: int | None) -> str:
    """A message is the same whichever update brings it. Its edits are told apart by their second and their update."""
    key = address.message_key(message.message_id)
    if edit is None or message.edit_date is None:
        return key
    return f"{key}/edit/{int(message.edit_date.timestamp())}/{edit}"
