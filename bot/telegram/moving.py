"""Groups that become supergroups, and get another id by that."""

from __future__ import annotations

from operator import index

from telegram import Message

from bot.incoming import Incoming, Moved, Sender
from bot.telegram.address import CHANNEL, Address

__all__ = ["moved"]


def moved(message: Message) -> Incoming | None:
    """The group that was, moved to what it is now: Telegram tells of it in both, which is the same to us."""
    if message.migrate_to_chat_id:
        old, new = message.chat.id, message.migrate_to_chat_id
    elif message.migrate_from_chat_id:
        old, new = message.migrate_from_chat_id, message.chat.id
    else:
        return None
    chat, to = str(Address(index(old))), str(Address(index(new)))
    return Incoming(
        channel=CHANNEL, chat=chat, key=f"moved/{chat}/{to}", sender=Sender(id=chat), crowd=True, act=Moved(to=to)
    )
