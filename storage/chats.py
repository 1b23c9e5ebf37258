"""Which conversation a chat is in, and chats that get another name."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select, update

from storage.columns import storable
from storage.preferences import move_choices
from storage.tables import CONVERSATIONS, TURNS

__all__ = ["CURRENT", "begin", "conversation_of", "current", "move", "opened"]

_OF_CHAT = (CONVERSATIONS.c.channel == bindparam("channel"), CONVERSATIONS.c.chat == bindparam("chat"))
# Made once: making a statement costs more than SQLite needs to carry it out.
CURRENT = (
    select(CONVERSATIONS.c.id)
    .where(*_OF_CHAT, CONVERSATIONS.c.past.is_(False))
    .order_by(CONVERSATIONS.c.id.desc())
    .limit(1)
)
_BEGIN = insert(CONVERSATIONS).returning(CONVERSATIONS.c.id)
_CONVERSATION_OF = (
    select(TURNS.c.conversation_id)
    .join(CONVERSATIONS, CONVERSATIONS.c.id == TURNS.c.conversation_id)
    .where(TURNS.c.id == bindparam("turn"), *_OF_CHAT)
)
_RENAME = (
    update(CONVERSATIONS)
    .where(CONVERSATIONS.c.channel == bindparam("of_channel"), CONVERSATIONS.c.chat == bindparam("of_chat"))
    .values(chat=bindparam("to"))
)
_NEWER = (
    select(CONVERSATIONS.c.id)
    .where(CONVERSATIONS.c.id.in_([bindparam("one"), bindparam("other")]))
    .order_by(CONVERSATIONS.c.last_turn.desc(), CONVERSATIONS.c.id.desc())
    .limit(1)
)
_PUT_PAST = (
    update(CONVERSATIONS)
    .where(
        CONVERSATIONS.c.channel == bindparam("of_channel"),
        CONVERSATIONS.c.chat == bindparam("of_chat"),
        CONVERSATIONS.c.id > bindparam("newer"),
    )
    .values(past=True)
)


def current(connection: Connection, *, channel: str, chat: str) -> int | None:
    return connection.execute(CURRENT, {"channel": channel, "chat": chat}).scalar_one_or_none()


def begin(connection: Connection, channel: str, chat: str, now: datetime) -> int:
    values = {"channel": channel, "chat": chat, "started_at": now, "last_turn": 0}
    begun: int = connection.execute(_BEGIN, values).scalar_one()
    return begun


def opened(connection: Connection, channel: str, chat: str, now: datetime) -> int:
    """The chat's current conversation, begun if there is none."""
    return current(connection, channel=channel, chat=chat) or begin(connection, channel, chat, now)


def conversation_of(connection: Connection, channel: str, chat: str, turn: int) -> int | None:
    """That of a turn, if the chat has it."""
    found = connection.execute(_CONVERSATION_OF, {"channel": channel, "chat": chat, "turn": turn})
    return found.scalar_one_or_none()


def move(connection: Connection, *, channel: str, chat: str, to: str) -> None:
    """Give the chat's conversations and choices the other name.

    When both names have a current conversation, it is the one with the newer turn from now on.
    """
    if storable(chat) == storable(to):
        return
    ours, theirs = current(connection, channel=channel, chat=chat), current(connection, channel=channel, chat=to)
    connection.execute(_RENAME, {"of_channel": channel, "of_chat": chat, "to": to})
    if ours is not None and theirs is not None:
        newer = connection.execute(_NEWER, {"one": ours, "other": theirs}).scalar_one()
        connection.execute(_PUT_PAST, {"of_channel": channel, "of_chat": to, "newer": newer})
    move_choices(connection, channel=channel, chat=chat, to=to)
