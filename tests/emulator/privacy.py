"""Privacy mode: what of a group reaches a bot that is no administrator there.

https://core.telegram.org/bots/features#privacy-mode: commands meant for it, general commands when no other bot spoke
after it, replies to its messages, messages sent through it, and service messages. A mention alone does not reach it,
whatever BotFather's wording suggests; operators of many bots found so. Channels always reach it.
"""

from __future__ import annotations

from typing import Any

from tests.emulator.chats import Chat

__all__ = ["hears"]

_SIGNED = {"message_id", "date", "chat", "from", "sender_chat", "message_thread_id", "is_topic_message", "edit_date"}
_CONTENT = {"text", "caption", "animation", "audio", "contact", "dice", "document", "game", "live_photo", "location",
            "paid_media", "photo", "poll", "sticker", "story", "venue", "video", "video_note", "voice"}  # fmt: skip


def hears(chat: Chat, message: dict[str, Any], me: dict[str, Any]) -> bool:
    """Whether Telegram tells the bot of a message that somebody wrote into the chat."""
    if chat.kind not in {"group", "supergroup"}:
        return True
    if not chat.present:
        return False
    if not chat.privacy or chat.administrator:
        return True
    return _service(message) or _answers(message, me) or _commands(chat, message, me)


def _service(message: dict[str, Any]) -> bool:
    return not _CONTENT & set(message) and bool(set(message) - _SIGNED)


def _answers(message: dict[str, Any], me: dict[str, Any]) -> bool:
    through = bool(message.get("via_bot", {}).get("id") == me["id"])
    return through or bool(message.get("reply_to_message", {}).get("from", {}).get("id") == me["id"])


def _commands(chat: Chat, message: dict[str, Any], me: dict[str, Any]) -> bool:
    text = message.get("text", message.get("caption", ""))
    if not text.startswith("/"):
        return False
    addressed = text.split()[0].partition("@")[2]
    return bool(addressed.lower() == me["username"].lower() if addressed else chat.last_bot == me["id"])
