"""Threads, with Telegram's oddities: topics of forums, and the threads that replies make in any supergroup.

A message of a topic carries ``message_thread_id`` and ``is_topic_message``, and one that answers nothing answers the
topic's creation in name. In a supergroup without topics a reply carries the ``message_thread_id`` of the message its
thread began with, and no ``is_topic_message``: whoever tells conversations apart by the thread id alone is wrong there.
"""

from __future__ import annotations

from typing import Any

from tests.emulator.chats import Chat

__all__ = ["bare", "thread_fields"]


def bare(message: dict[str, Any]) -> dict[str, Any]:
    """A message as it stands in another that answers it: without what it answers itself."""
    return {name: value for name, value in message.items() if name not in {"reply_to_message", "external_reply"}}


def thread_fields(chat: Chat, topic: int | None, replied: dict[str, Any] | None) -> dict[str, Any]:
    """What a new message says of its thread and of the message it answers."""
    answered = {"reply_to_message": bare(replied)} if replied else {}
    if chat.forum:
        return answered | _of_topic(chat, topic or _topic_of(replied), replied)
    if chat.kind == "supergroup" and replied:
        return {**answered, "message_thread_id": replied.get("message_thread_id", replied["message_id"])}
    return answered


def _topic_of(message: dict[str, Any] | None) -> int | None:
    return message.get("message_thread_id") if message and message.get("is_topic_message") else None


def _of_topic(chat: Chat, topic: int | None, replied: dict[str, Any] | None) -> dict[str, Any]:
    if topic is None:  # the general topic has no number
        return {}
    fields: dict[str, Any] = {"message_thread_id": topic, "is_topic_message": True}
    created = chat.messages.get(topic)
    if replied is None and created is not None:
        fields["reply_to_message"] = bare(created)
    return fields
