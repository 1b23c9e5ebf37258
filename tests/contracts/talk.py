"""A chat that talks to storage."""

from __future__ import annotations

from dataclasses import dataclass

from agents.values import Role, Text, Turn
from storage.ports import LoggedTurn
from tests.contracts.conftest import Stored
from tests.storage.makers import answered, arrival, turn

__all__ = ["Talk"]


@dataclass(frozen=True)
class Talk:
    """A chat that talks; every turn comes in by a row of its own."""

    stored: Stored
    chat: str = "7"

    async def say(
        self, text: str, *messages: str, reply: str | None = "fine", replaces: int | None = None
    ) -> tuple[int, int]:
        """Turn and row."""
        said = Turn(tuple(Text(text) for _ in messages or (1,)), sender="Ada")
        (row,) = await self.stored.inbox.accept([arrival(f"{self.chat}:{text}", chat=self.chat)])
        assert row is not None
        heard = await self.stored.conversations.hear(
            "telegram", self.chat, said, sender_id="u1", inbox=row.id, messages=messages, replaces=replaces
        )
        if reply is not None:
            await self.stored.conversations.answer(heard.turn, answered(reply))
        return heard.turn, row.id

    async def of(self, message: str) -> int | None:
        found = await self.stored.conversations.of_message("telegram", self.chat, message)
        return None if found is None else found.id

    async def whole(self, number: int) -> LoggedTurn:
        found = await self.stored.conversations.turn("telegram", self.chat, number)
        assert found is not None
        return found

    async def history(self) -> list[str]:
        """What was typed in the turns the next one would be handed."""
        heard = await self.stored.conversations.hear("telegram", self.chat, turn("now"), remembered=20)
        return [side.text for side in heard.history if side.role is Role.USER]
