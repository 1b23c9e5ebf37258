"""What of a Telegram message a turn is made of: quoted parts first, then media, then words."""

from __future__ import annotations

from telegram import Message

from bot.incoming import IncomingPart
from bot.telegram.media import Taking
from bot.telegram.origins import name_of

__all__ = ["parts_of", "quoted_parts_of"]


def parts_of(message: Message, text: str | None, max_bytes: int) -> tuple[IncomingPart, ...]:
    """The parts of what was just sent. ``text`` is its text or caption without what addressed the bot, None where that
    is a command. Media beyond ``max_bytes`` are named, not taken.
    """
    taking = Taking(max_bytes, origin=name_of(message.forward_origin), message=str(message.message_id))
    quoted = quoted_parts_of(message, max_bytes)
    media = taking.media(message)
    said: list[IncomingPart] = [media] if media else []
    if text is None:
        return (*quoted, *said)
    if text.strip():
        said.append(taking.text(text))
    pointed = quoted and (message.text or message.caption)  # "@bot" alone in reply to something
    if not said and not pointed:
        # a kind of message newer than the library arrives with fields it does not know
        said.append(taking.unread("message", "unsupported" if message.api_kwargs else "empty"))
    return (*quoted, *said)


def quoted_parts_of(message: Message, max_bytes: int) -> tuple[IncomingPart, ...]:
    """The parts of the message this one replies to, be it here or in another chat.

    When the sender marked a passage, the passage stands for the whole text.
    """
    replied = message.reply_to_message
    if replied is not None and replied.forum_topic_created:  # what begins a topic "replies" to its creation
        return ()
    if replied is not None:
        here = Taking(max_bytes, True, name_of(replied.forward_origin), str(replied.message_id))
        return _quoted(message, here, here.media(replied), replied.text or replied.caption)
    if message.external_reply is not None:
        elsewhere = Taking(max_bytes, True, name_of(message.external_reply.origin))
        return _quoted(message, elsewhere, elsewhere.media(message.external_reply), None)
    return (Taking(max_bytes, True).unread("story"),) if message.reply_to_story else ()


def _quoted(message: Message, taking: Taking, media: IncomingPart | None, text: str | None) -> tuple[IncomingPart, ...]:
    if message.quote and (message.quote.is_manual or not text):
        text = message.quote.text
    parts: list[IncomingPart] = [media] if media else []
    if text and text.strip():
        parts.append(taking.text(text))
    return tuple(parts)
