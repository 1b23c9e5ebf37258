"""Where a growing answer can be seen: a draft in private chats, elsewhere a message that is edited.

Both raise PTB's errors, NotNow and RetryAfter among them.
"""

from __future__ import annotations

from typing import Protocol
from zlib import crc32

from telegram.error import BadRequest, NetworkError
from telegram.ext import ExtBot

from bot.channel import Previewed
from bot.incoming import Incoming
from bot.said import Choices
from bot.telegram.keyboards import keyboard
from bot.telegram.pacing import Call, Urgency
from bot.telegram.place import Place
from bot.telegram.sending import NO_LINK_PREVIEW, Sending
from bot.telegram.text import Page

__all__ = ["Drafts", "PreviewMessage", "Showing"]

_PREVIEW = Call(Urgency.PREVIEW)
_DRAFT_ID_BITS = 0x7FFFFFFF
_SLOWER_AFTER = 8  # edits


class Showing(Protocol):
    """``lasts``: seconds after which a page must be shown again."""

    lasts: float

    @property
    def every(self) -> float:
        """Seconds between two pages at least, as of now."""
        ...

    async def show(self, page: Page) -> None: ...

    def abandon(self) -> None:
        """Nobody waits any more for the call that is under way."""
        ...


class Drafts:
    """Shows it as a draft, which is seen for 30 s (https://core.telegram.org/bots/api#sendmessagedraft)."""

    every = 1.0
    lasts = 20.0

    def __init__(self, bot: ExtBot[Call], place: Place, on: Incoming) -> None:
        self._bot = bot
        self._place = place
        self._id = crc32(f"{on.chat} {on.key}".encode()) & _DRAFT_ID_BITS or 1

    async def show(self, page: Page) -> None:
        topic, entities = self._place.address.topic, page.telegram_entities()
        await self._bot.send_message_draft(
            self._place.chat, self._id, page.text, message_thread_id=topic, entities=entities
        )

    def abandon(self) -> None:
        """The next message of ours makes it vanish."""


class PreviewMessage:
    """Shows it in a message of its own, whose place the answer takes; ``previewed`` hears of it first.

    It is edited every ``base`` seconds at first, and the longer it takes the less often: a chat takes about twenty
    edits and messages a minute. ``in_doubt``: an edit of it may still take effect.
    """

    lasts = float("inf")

    def __init__(
        self, bot: ExtBot[Call], sending: Sending, place: Place, choices: Choices, previewed: Previewed,
        message: str | None, base: float,
    ) -> None:  # fmt: skip
        self.message = message
        self.in_doubt = False
        self._abandoned = False
        self._base = base
        self._edits = 0
        self._bot = bot
        self._sending = sending
        self._place = place
        self._keyboard = keyboard(choices)
        self._previewed = previewed

    @property
    def every(self) -> float:
        return self._base * (1 + self._edits // _SLOWER_AFTER)

    async def show(self, page: Page) -> None:
        if self.message is None:
            await self._begin(page)
        else:
            self._edits += 1
            await self._change(page, int(self.message))

    def abandon(self) -> None:
        self._abandoned = True
        self.in_doubt = self.message is not None

    async def _begin(self, page: Page) -> None:
        sent = await self._bot.send_message(
            self._place.chat,
            page.text,
            entities=page.telegram_entities(),
            link_preview_options=NO_LINK_PREVIEW,
            reply_markup=self._keyboard,
            rate_limit_args=_PREVIEW,
            **self._place.new,
        )
        message = self._sending.sent(self._place, sent)
        if self._abandoned:  # the answer has gone out without it
            await self._sending.remove(self._place, message)
            return
        self.message = message
        await self._previewed(message)

    async def _change(self, page: Page, message: int) -> None:
        try:
            await self._bot.edit_message_text(
                page.text,
                self._place.chat,
                message,
                entities=page.telegram_entities(),
                link_preview_options=NO_LINK_PREVIEW,
                reply_markup=self._keyboard,
                rate_limit_args=_PREVIEW,
                **self._place.business,
            )
        except BadRequest:
            raise  # a NetworkError in PTB, but Telegram has answered
        except NetworkError:
            self.in_doubt = True
            raise
