"""Business connections: accounts on whose behalf the bot may write."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

from tests.emulator.calls import Refused

__all__ = ["Connection", "Connections"]


@dataclass(slots=True)
class Connection:
    """``window``: how many seconds after a customer's last message the bot may still write to them."""

    id: str
    owner: dict[str, Any]
    rights: dict[str, bool]
    enabled: bool = True
    window: float = 24 * 3600.0
    date: int = field(default_factory=lambda: int(time.time()))
    heard: dict[int, float] = field(default_factory=dict)  # when each customer last wrote, in monotonic seconds

    def shown(self) -> dict[str, Any]:
        """As Telegram's BusinessConnection."""
        rights = {name: True for name, granted in self.rights.items() if granted}
        return {"id": self.id, "user": self.owner, "user_chat_id": self.owner["id"], "date": self.date,
                "rights": rights, "is_enabled": self.enabled}  # fmt: skip


class Connections:
    def __init__(self) -> None:
        self._known: dict[str, Connection] = {}

    def open(self, id: str, owner: dict[str, Any], rights: dict[str, bool]) -> Connection:
        self._known[id] = Connection(id, owner, rights)
        return self._known[id]

    def get(self, id: str) -> Connection:
        """Raises Refused."""
        known = self._known.get(id)
        if known is None:
            raise Refused(400, "Bad Request: BUSINESS_CONNECTION_INVALID")
        return known

    def replying(self, id: str) -> Connection:
        """The connection, if the bot may write on its behalf. Raises Refused."""
        known = self.get(id)
        if not known.enabled:
            raise Refused(400, "Bad Request: BUSINESS_CONNECTION_INVALID")
        if not known.rights.get("can_reply"):
            raise Refused(403, "Forbidden: BUSINESS_CONNECTION_NOT_ALLOWED")
        return known
