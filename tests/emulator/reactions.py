"""Reactions of people to messages."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from tests.emulator.chats import Chat
from tests.emulator.world import World

__all__ = ["react"]


async def react(world: World, chat: Chat, who: dict[str, Any], message_id: int, emoji: Sequence[str]) -> int:
    """The update's id, or 0: in groups only administrators are told. Updates nobody asked for wait unread."""
    place = (message_id, who["id"])
    old = chat.reactions.get(place, [])
    chat.reactions[place] = list(emoji)
    if chat.kind != "private" and not chat.administrator:
        return 0
    reaction = {"chat": chat.entry, "message_id": message_id, "user": who, "date": int(time.time()),
                "old_reaction": _shown(old), "new_reaction": _shown(emoji)}  # fmt: skip
    return await world.updates.emit({"message_reaction": reaction})


def _shown(emoji: Sequence[str]) -> list[dict[str, str]]:
    return [{"type": "emoji", "emoji": one} for one in emoji]
