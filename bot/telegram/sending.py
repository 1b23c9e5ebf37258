"""Pieces of an answer going out, each as a new message or in the place of an earlier one."""

from __future__ import annotations

import structlog
from telegram import InputFile, LinkPreviewOptions, Message
from telegram.error import BadRequest, ChatMigrated, TelegramError
from telegram.ext import ExtBot

from bot.said import Choices
from bot.telegram.failures import says, translated
from bot.telegram.keyboards import keyboard
from bot.telegram.numbering import Numbering
from bot.telegram.pacing import Call
from bot.telegram.pieces import FilePiece, Piece, TextPiece, VoicePiece
from bot.telegram.place import Place

__all__ = ["NO_LINK_PREVIEW", "Sending"]

_log = structlog.get_logger()
_WAYS_AROUND = 3  # to where the chat has gone, without its topic, without entities
_TOPIC_GONE = ("thread not found", "topic_closed", "topic_deleted")
NO_LINK_PREVIEW = LinkPreviewOptions(is_disabled=True)


class Sending:
    """Raises DeliveryFailed alone. No markup is parsed: what a model wrote is text, and entities are ours."""

    def __init__(self, bot: ExtBot[Call], numbering: Numbering) -> None:
        self._bot = bot
        self._numbering = numbering

    async def send(self, place: Place, piece: Piece) -> str | None:
        """Send a new message; its id. None where its reader wants none of that kind, which is no failure."""
        with translated("send"):
            for _ in range(_WAYS_AROUND):
                try:
                    return await self._send(place, piece)
                except (ChatMigrated, BadRequest) as exc:
                    if isinstance(piece, VoicePiece) and says(exc, "voice_messages_forbidden"):
                        return None
                    place, piece = _around(place, piece, exc)
            return await self._send(place, piece)

    async def replace(self, place: Place, piece: TextPiece, message: str) -> bool:
        """Make a message of ours that text; False where it cannot be changed any more."""
        with translated("editMessageText"):
            try:
                await self._edit(place, piece, message)
            except ChatMigrated:
                return False
            except BadRequest as exc:
                if _refuses_entities(piece, exc):
                    return await self.replace(place, piece.without_entities, message)
                return says(exc, "not modified")
        return True

    async def bears(self, place: Place, message: str, choices: Choices) -> bool:
        """Whether that is a message of ours with those buttons: Telegram says that nothing would change.

        Another one of ours has none afterwards.
        """
        with translated("editMessageReplyMarkup"):
            try:
                await self._put(place, message, choices)
            except (BadRequest, ChatMigrated) as exc:
                return says(exc, "not modified")
        await self.adorn(place, message, ())
        return False

    async def became(self, place: Place, piece: TextPiece, message: str) -> bool:
        """Whether a message that was being asked for those buttons has them: it is the piece, or bears them by asking,
        and is made the piece then.
        """
        return await self.bears(place, message, piece.choices) and await self.replace(place, piece, message)

    async def remove(self, place: Place, message: str) -> bool:
        """Take a message of ours away; False where that cannot be."""
        try:
            if place.address.business is None:
                await self._bot.delete_message(place.chat, int(message))
            else:
                await self._bot.delete_business_messages(place.address.business, [int(message)])
        except TelegramError as exc:
            _log.debug("message not taken away", error=type(exc).__name__)
            return False
        return True

    async def adorn(self, place: Place, message: str, choices: Choices) -> None:
        """Put other buttons under a message of ours. What cannot be done is left."""
        try:
            await self._put(place, message, choices)
        except TelegramError as exc:
            _log.debug("buttons not changed", error=type(exc).__name__)

    async def _put(self, place: Place, message: str, choices: Choices) -> None:
        markup = keyboard(choices)
        await self._bot.edit_message_reply_markup(place.chat, int(message), reply_markup=markup, **place.business)

    async def _edit(self, place: Place, piece: TextPiece, message: str) -> None:
        await self._bot.edit_message_text(
            piece.page.text,
            place.chat,
            int(message),
            entities=piece.page.telegram_entities(),
            link_preview_options=NO_LINK_PREVIEW,
            reply_markup=keyboard(piece.choices),
            **place.business,
        )

    async def _send(self, place: Place, piece: Piece) -> str:
        match piece:
            case TextPiece():
                sent = await self._send_text(place, piece)
            case FilePiece(name, content):
                sent = await self._bot.send_document(place.chat, InputFile(content, name), **place.new)
            case VoicePiece(content, seconds):
                note, length = InputFile(content, "answer.ogg"), None if seconds is None else round(seconds)
                sent = await self._bot.send_voice(place.chat, note, duration=length, **place.new)
        return self.sent(place, sent)

    def sent(self, place: Place, message: Message) -> str:
        """Its id, which is known from now on."""
        self._numbering.note(place.address, message.message_id)
        return str(message.message_id)

    async def _send_text(self, place: Place, piece: TextPiece) -> Message:
        return await self._bot.send_message(
            place.chat,
            piece.page.text,
            entities=piece.page.telegram_entities(),
            link_preview_options=NO_LINK_PREVIEW,
            reply_markup=keyboard(piece.choices),
            **place.new,
        )


def _around(place: Place, piece: Piece, exc: ChatMigrated | BadRequest) -> tuple[Place, Piece]:
    """Where and how to send it instead. Raises the error where there is no way around it."""
    if isinstance(exc, ChatMigrated):
        return place.moved(exc.new_chat_id), piece
    if place.address.topic is not None and says(exc, *_TOPIC_GONE):
        return place.without_topic(), piece
    if isinstance(piece, TextPiece) and _refuses_entities(piece, exc):
        return place, piece.without_entities
    raise exc


def _refuses_entities(piece: TextPiece, exc: BadRequest) -> bool:
    refused = bool(piece.page.entities) and says(exc, "entit")
    if refused:
        _log.error("telegram refuses entities, sent without", entities=len(piece.page.entities))
    return refused
