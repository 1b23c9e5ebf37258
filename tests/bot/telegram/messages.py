"""Updates as Telegram's JSON has them, and how the house reads them."""

from __future__ import annotations

from typing import Any

from telegram import Update, User

from bot.incoming import Incoming, Sender
from bot.telegram.parse import Parser

ME = User(987654321, "Parley", is_bot=True, username="parley_test_bot")
ADA = {"id": 1001, "is_bot": False, "first_name": "Ada", "last_name": "L", "username": "ada", "language_code": "en"}
OWNER = Sender(id="4004", username="owner", name="Owner")
PRIVATE = {"id": 1001, "type": "private", "first_name": "Ada"}
GROUP = {"id": -2001, "type": "supergroup", "title": "Friends"}
LIMIT = 20 * 1024 * 1024
SENT = 1_700_000_000
NAME = "@parley_test_bot"


def message(chat: dict[str, Any] = PRIVATE, **content: Any) -> dict[str, Any]:
    return {"message_id": 5, "date": SENT, "chat": chat, "from": ADA, **content}


def own(chat: dict[str, Any] = GROUP, **content: Any) -> dict[str, Any]:
    """Something the bot said."""
    return {**message(chat, **content), "message_id": 4, "from": ME.to_dict()}


def update(kind: str, content: dict[str, Any], number: int = 77) -> Update:
    return Update.de_json({"update_id": number, kind: content}, None)


def read(
    raw: dict[str, Any], kind: str = "message", limit: int = LIMIT, *, number: int = 77, host: Sender | None = None
) -> Incoming | None:
    parser = Parser(ME, limit, frozenset({"start", "help", "reset"}))
    return parser.parse(update(kind, raw, number), host)


def taken(raw: dict[str, Any], kind: str = "message", **how: Any) -> Incoming:
    incoming = read(raw, kind, **how)
    assert incoming is not None
    return incoming


def parts(raw: dict[str, Any], limit: int = LIMIT) -> tuple[Any, ...]:
    return taken(raw, limit=limit).parts


def in_group(**content: Any) -> Incoming | None:
    return read(message(GROUP, **content))


def edited(chat: dict[str, Any] = PRIVATE, after: int = 60, **content: Any) -> dict[str, Any]:
    return message(chat, edit_date=SENT + after, **content)


def file(name: str, size: int | None = 1000, **more: Any) -> dict[str, Any]:
    return {"file_id": name, "file_unique_id": name, **({"file_size": size} if size is not None else {}), **more}


def photo(*sizes: tuple[str, int, int]) -> list[dict[str, Any]]:
    return [file(name, size, width=width, height=width) for name, width, size in sizes]


def entity(kind: str, text: str, offset: int = 0) -> dict[str, Any]:
    return {"type": kind, "offset": offset, "length": len(text)}


PHOTO = photo(("small", 90, 900), ("large", 1280, 90_000))
VOICE = file("voice", duration=3, mime_type="audio/ogg")
VIDEO = file("video", width=320, height=240, duration=7, mime_type="video/mp4")
MENTION = entity("mention", NAME)
