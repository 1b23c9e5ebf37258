"""An intake on its own: what it asks of Telegram is answered as a test says."""

from __future__ import annotations

from typing import Any

from telegram import Bot, BusinessConnection

from bot.telegram.intake import Intake
from bot.telegram.parse import Parser
from tests.bot.telegram.conftest import Kept
from tests.bot.telegram.messages import ADA, LIMIT, ME, PRIVATE, SENT, entity, message, own

ACCOUNT = {"id": 4004, "is_bot": False, "first_name": "Owner"}


class Api:
    """What an intake asks of Telegram. ``trouble`` comes before each answer."""

    def __init__(self, *trouble: Exception, rights: dict[str, Any] | None = None, enabled: bool = True) -> None:
        self.trouble = list(trouble)
        self.rights = {"can_reply": True} if rights is None else rights
        self.enabled = enabled
        self.asked: list[str] = []
        self.answered: list[str] = []

    async def get_business_connection(self, id: str) -> BusinessConnection:
        self.asked.append(id)
        if self.trouble:
            raise self.trouble.pop(0)
        return BusinessConnection.de_json(self.connection(id), None)

    async def answer_callback_query(self, id: str) -> bool:
        self.answered.append(id)
        if self.trouble:
            raise self.trouble.pop(0)
        return True

    def connection(self, id: str) -> dict[str, Any]:
        content = {"id": id, "user": ACCOUNT, "user_chat_id": 4004, "date": SENT, "is_enabled": self.enabled}
        return {**content, "rights": self.rights}


def intake(api: Api, kept: Kept, **more: Any) -> Intake:
    bot: Bot = api  # type: ignore[assignment]
    return Intake(bot, Parser(ME, LIMIT, frozenset({"start", "stop"})), kept, **more)


def update(kind: str, content: dict[str, Any], number: int = 77) -> dict[str, Any]:
    return {"update_id": number, kind: content}


def press(data: str, id: str = "4001") -> dict[str, Any]:
    query = {"id": id, "from": ADA, "chat_instance": "1", "data": data, "message": own(PRIVATE, text="x")}
    return update("callback_query", query)


async def take(taking: Intake, *updates: dict[str, Any]) -> None:
    for said in await taking.read(updates):
        await taking.keep(said)


BUSINESS = update("business_message", message(text="hello", business_connection_id="b1"))


def command(text: str, **more: Any) -> dict[str, Any]:
    return message(text=text, entities=[entity("bot_command", text)], **more)
