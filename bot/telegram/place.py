"""Where on Telegram a message goes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Self

from telegram import ReplyParameters

from bot.incoming import Incoming, Pressed
from bot.telegram.address import Address

__all__ = ["Place"]


@dataclass(frozen=True, slots=True)
class Place:
    """An address, and the message there that is answered, or whose button was pressed; in private chats it is plain."""

    address: Address
    answered: int | None = None

    @classmethod
    def of(cls, to: Incoming) -> Self:
        address = Address.of(to.chat)
        message = to.act.message if isinstance(to.act, Pressed) else to.message
        return cls(address, int(message) if message is not None and address.is_group else None)

    @property
    def chat(self) -> int:
        return self.address.chat

    @property
    def thread(self) -> dict[str, Any]:
        """The arguments of methods that show something there."""
        return {"message_thread_id": self.address.topic, **self.business}

    @property
    def business(self) -> dict[str, Any]:
        """The arguments of methods that change something there."""
        return {"business_connection_id": self.address.business}

    @property
    def new(self) -> dict[str, Any]:
        """The arguments of methods that send a message there; if what it answers is gone, it goes without."""
        if self.answered is None:
            return self.thread
        return {**self.thread, "reply_parameters": ReplyParameters(self.answered, allow_sending_without_reply=True)}

    def moved(self, chat: int) -> Self:
        """The same in another chat, whose messages have other numbers."""
        return replace(self, address=replace(self.address, chat=chat), answered=None)

    def without_topic(self) -> Self:
        """The chat alone; a reply would lead back into the topic."""
        return replace(self, address=self.address.without_topic, answered=None)
