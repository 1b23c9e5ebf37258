"""Who is a member of what, as ``my_chat_member`` tells it."""

from __future__ import annotations

import time
from typing import Any

__all__ = ["NEWER", "administrator", "changed", "kicked", "left", "member", "owner"]

NEWER = ("can_send_welcome_messages",)  # aiogram demands what came after Bot API 10.0, and PTB does not know it yet
_RIGHTS = ("can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages", "can_manage_video_chats",
           "can_restrict_members", "can_promote_members", "can_change_info", "can_invite_users", "can_post_stories",
           "can_edit_stories", "can_delete_stories", *NEWER)  # fmt: skip


def member(user: dict[str, Any]) -> dict[str, Any]:
    return {"status": "member", "user": user}


def left(user: dict[str, Any]) -> dict[str, Any]:
    return {"status": "left", "user": user}


def kicked(user: dict[str, Any]) -> dict[str, Any]:
    return {"status": "kicked", "user": user, "until_date": 0}


def administrator(user: dict[str, Any]) -> dict[str, Any]:
    return {"status": "administrator", "user": user, **dict.fromkeys(_RIGHTS, False), "can_manage_chat": True}


def owner(user: dict[str, Any]) -> dict[str, Any]:
    return {"status": "creator", "user": user, "is_anonymous": False}


def changed(chat: dict[str, Any], by: dict[str, Any], old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """A ``ChatMemberUpdated``."""
    return {"chat": chat, "from": by, "date": int(time.time()), "old_chat_member": old, "new_chat_member": new}
