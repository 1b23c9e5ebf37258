"""A Telegram update as an Incoming. Pure: no network, no clock.

In a private chat everything a person sends is for us. In a group only what mentions the bot, replies to it or
commands it. What nobody said (service messages, other bots, edits, channel posts) is nothing to answer.
"""

from __future__ import annotations

from telegram import Message, MessageEntity, Update, User
from telegram.constants import ChatType
from telegram.ext import filters

from bot.incoming import Incoming, IncomingPart, IncomingUnread, Sender
from bot.telegram.parts import parts_of, quoted_parts_of

__all__ = ["CHANNEL", "COMMANDS", "kind_of", "parse"]

CHANNEL = "telegram"
COMMANDS = ("start", "help", "reset")


def parse(update: Update, me: User, max_bytes: int) -> Incoming | None:
    """What to answer, or None. ``me`` is the bot itself; media beyond ``max_bytes`` are named, not taken."""
    message = update.message
    if message is None or message.from_user is None or message.from_user.is_bot:
        return None
    if filters.StatusUpdate.ALL.check_update(update):
        return None
    command, text = _command(message, me)
    if command is None and not _is_for(message, me):
        return None
    return Incoming(
        channel=CHANNEL,
        chat=str(message.chat.id),
        key=str(update.update_id),
        sender=_sender(message.from_user),
        parts=_parts(message, text, max_bytes) if command is None else (),
        command=command,
        message=str(message.message_id),
    )


def kind_of(update: Update) -> str:
    """The kind of an update, for the log: the name of the one field Telegram fills."""
    return next((kind for kind in Update.ALL_TYPES if getattr(update, kind, None) is not None), "unknown")


def _sender(user: User) -> Sender:
    return Sender(id=str(user.id), username=user.username, name=user.full_name, locale=user.language_code)


def _parts(message: Message, text: str, max_bytes: int) -> tuple[IncomingPart, ...]:
    quoted = quoted_parts_of(message, max_bytes)
    said = parts_of(message, text, max_bytes)
    pointed = quoted and (message.text or message.caption)  # "@bot" alone in reply to something
    if said or pointed:
        return quoted + said
    # a kind of message newer than the library arrives with fields it does not know
    unread = IncomingUnread(what="message", reason="unsupported" if message.api_kwargs else "empty")
    return (*quoted, unread)


def _command(message: Message, me: User) -> tuple[str | None, str]:
    """The command a message begins with, if it is for us, else the words that are not addressing.

    In a group an unaddressed command may be another bot's, so only those of ours count there.
    """
    text = message.text or message.caption or ""
    first = message.entities[0] if message.text and message.entities else None
    if first is None or first.type != MessageEntity.BOT_COMMAND or first.offset != 0:
        return None, _without_leading_mention(text, me)
    name, _, addressee = _text_of(first, text)[1:].lower().partition("@")
    if addressee:
        ours = addressee == (me.username or "").lower()
    else:
        ours = name in COMMANDS or message.chat.type == ChatType.PRIVATE
    return (name, "") if name and ours else (None, text)


def _without_leading_mention(text: str, me: User) -> str:
    mention = f"@{me.username}".lower()
    bare = text.lstrip()
    rest = bare[len(mention) :]
    if bare.lower().startswith(mention) and not (rest[:1].isalnum() or rest[:1] == "_"):
        return rest.lstrip(" ,:\n")
    return text


def _is_for(message: Message, me: User) -> bool:
    if message.chat.type == ChatType.PRIVATE:
        return True
    if message.chat.type == ChatType.CHANNEL:
        return False
    replied = message.reply_to_message
    if replied and replied.from_user and replied.from_user.id == me.id:
        return True
    text = message.text or message.caption or ""
    entities = message.entities if message.text else message.caption_entities
    return any(_names(entity, _text_of(entity, text), me) for entity in entities)


def _text_of(entity: MessageEntity, text: str) -> str:
    """As PTB's ``parse_entity``, which raises for an entity that cuts an emoji in two (offsets are UTF-16 units)."""
    units = text.encode("utf-16-le", "surrogatepass")
    return units[2 * entity.offset : 2 * (entity.offset + entity.length)].decode("utf-16-le", "replace")


def _names(entity: MessageEntity, text: str, me: User) -> bool:
    if entity.type == MessageEntity.MENTION:
        return text.lower() == f"@{me.username}".lower()
    return entity.type == MessageEntity.TEXT_MENTION and entity.user is not None and entity.user.id == me.id
