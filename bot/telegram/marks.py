"""What people do to messages instead of saying something: buttons pressed, and reactions."""

from __future__ import annotations

from operator import index

from telegram import CallbackQuery, Message, MessageReactionUpdated, ReactionType, ReactionTypeEmoji
from telegram.constants import ChatType

from bot.incoming import Incoming, Pressed, Reacted, Sender
from bot.telegram.address import CHANNEL, Address
from bot.telegram.addressed import is_crowd, sender_of

__all__ = ["press_of", "pressed", "reacted"]

_PRESS = "press/"


def pressed(query: CallbackQuery, host: Sender | None) -> Incoming | None:
    """A button of ours that carries data. Of a message too old to be accessible only chat and id are known."""
    message, sender = query.message, sender_of(query.from_user)
    if not isinstance(message, Message) or sender is None or not query.data or message.chat.type == ChatType.CHANNEL:
        return None
    return Incoming(
        channel=CHANNEL,
        chat=str(Address.of_message(message)),
        key=f"{_PRESS}{query.id}",
        sender=sender,
        crowd=is_crowd(message),
        host=host,
        act=Pressed(what=query.data, message=str(index(message.message_id))),
    )


def press_of(said: Incoming) -> str | None:
    """The id by which a press is to be answered."""
    return said.key.removeprefix(_PRESS) if isinstance(said.act, Pressed) else None


def reacted(update: MessageReactionUpdated, number: int) -> Incoming | None:
    """Somebody's reactions, unless they are shown anonymously; ``number`` is the update's. Telegram does not tell the
    topic: ``chat`` is the whole forum.
    """
    sender = sender_of(update.user)
    if sender is None or update.chat.type == ChatType.CHANNEL:
        return None
    address = Address(index(update.chat.id))
    return Incoming(
        channel=CHANNEL,
        chat=str(address),
        key=f"{address.message_key(update.message_id)}/reaction/{int(update.date.timestamp())}/{number}",
        sender=sender,
        crowd=address.is_group,
        said_at=int(update.date.timestamp()),
        act=Reacted(message=str(update.message_id), reactions=tuple(map(_shown, update.new_reaction))),
    )


def _shown(reaction: ReactionType) -> str:
    """The emoji; `custom` and `paid` for what is none."""
    return reaction.emoji if isinstance(reaction, ReactionTypeEmoji) else reaction.type.removesuffix("_emoji")
