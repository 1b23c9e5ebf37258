"""What chats have chosen, in the database; the port in ``ports/preferences.py`` says what each operation means."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, bindparam, delete, select, update
from sqlalchemy.dialects.sqlite import insert

from storage.database import Database
from storage.tables import PREFERENCES

__all__ = ["SqlPreferences", "move_choices"]

_OF_CHAT = (PREFERENCES.c.channel == bindparam("of_channel"), PREFERENCES.c.chat == bindparam("of_chat"))
# Made once: making a statement costs more than SQLite needs to carry it out.
_CHOSEN = select(PREFERENCES.c.name, PREFERENCES.c.value).where(*_OF_CHAT).order_by(PREFERENCES.c.name)
_KEEP = insert(PREFERENCES)
_CHOOSE = _KEEP.on_conflict_do_update(index_elements=["channel", "chat", "name"], set_={"value": _KEEP.excluded.value})
_TAKE_BACK = delete(PREFERENCES).where(*_OF_CHAT, PREFERENCES.c.name == bindparam("of_name"))
_MOVE = update(PREFERENCES).prefix_with("OR IGNORE").where(*_OF_CHAT).values(chat=bindparam("to"))
_FORGET = delete(PREFERENCES).where(*_OF_CHAT)


class SqlPreferences:
    """Fills ``storage.ports.Preferences``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, channel: str, chat: str) -> Mapping[str, str]:
        def unit(connection: Connection) -> Mapping[str, str]:
            chosen = connection.execute(_CHOSEN, {"of_channel": channel, "of_chat": chat})
            return {row.name: row.value for row in chosen}

        return await self._database.read(unit)

    async def prefer(self, channel: str, chat: str, name: str, value: str | None) -> None:
        def unit(connection: Connection) -> None:
            if value is None:
                connection.execute(_TAKE_BACK, {"of_channel": channel, "of_chat": chat, "of_name": name})
            else:
                chosen = {"channel": channel, "chat": chat, "name": name, "value": value}
                connection.execute(_CHOOSE, chosen)

        await self._database.write(unit)


def move_choices(connection: Connection, *, channel: str, chat: str, to: str) -> None:
    """Give the chat's choices the other name, those aside that were made under that name before."""
    moved = {"of_channel": channel, "of_chat": chat}
    connection.execute(_MOVE, moved | {"to": to})
    connection.execute(_FORGET, moved)
