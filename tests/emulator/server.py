"""The emulator as tests hold it: it listens, makes people and groups, and shows what the bot did."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from tests.emulator.business import Business
from tests.emulator.channels import Channel
from tests.emulator.door import Call, Door
from tests.emulator.faults import Fault, Faults
from tests.emulator.groups import Groups
from tests.emulator.limits import Limits
from tests.emulator.messages import BotMessage, Key
from tests.emulator.methods import Methods
from tests.emulator.people import Person
from tests.emulator.sent import Draft, Reacted
from tests.emulator.world import World

__all__ = ["Emulator"]

_UNHEARD = ("getupdates", "getme")  # calls that say nothing of what the bot does


class Emulator:
    """Serves as an async context manager, or between ``start`` and ``stop``; state survives a stop.

    ``violations`` are calls no Bot API would take; a test that expects none should say so. ``keep`` bounds how many
    messages of each chat are remembered, for runs that are long.
    """

    def __init__(self, keep: int | None = None) -> None:
        self.port = 0
        self.world = World(keep=keep)
        self.username: str = self.world.me["username"]
        self.files = self.world.files
        self.updates = self.world.updates
        self.presses = self.world.presses
        self.webhook = self.world.webhook
        self.groups = Groups(self.world)
        self.faults = Faults()
        self.methods = Methods(self.world)
        self._door = Door(self.world, self.methods, self.faults)
        self._people: dict[int, Person] = {}
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    @property
    def token(self) -> str:
        """The only token that is taken; set another and the bot's is revoked."""
        return self.world.token

    @token.setter
    def token(self, token: str) -> None:
        self.world.token = token

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Listen: on a free port the first time, on the same one ever after."""
        # a poll whose bot died must end, so handlers are cancelled with their connection
        app = self._door.application()
        self._runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True)
        await site.start()
        self.port = self._runner.addresses[0][1]
        await self.webhook.start(self.webhook.hook)

    async def stop(self) -> None:
        """Go away, cutting connections."""
        await self.webhook.stop()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def down(self, seconds: float) -> None:
        """Be away that long; what people send meanwhile waits."""
        await self.stop()
        await asyncio.sleep(seconds)
        await self.start()

    # what tests do

    def user(
        self, id: int = 1001, username: str | None = "ada", locale: str | None = "en", first_name: str = "Ada"
    ) -> Person:
        """The person of that id, who has started the bot; made at the first mention."""
        if id not in self._people:
            entry: dict[str, Any] = {"id": id, "is_bot": False, "first_name": first_name}
            entry |= {"username": username} if username else {}
            entry |= {"language_code": locale} if locale else {}
            names: dict[str, Any] = {key: entry[key] for key in ("first_name", "username") if key in entry}
            self.world.chats.open({"id": id, "type": "private", **names})
            self._people[id] = Person(self.world, entry)
        return self._people[id]

    def group(
        self, id: int = -2001, title: str = "Friends", *, kind: str = "supergroup", forum: bool = False,
        privacy: bool = False, administrator: bool = False,
    ) -> int:  # fmt: skip
        """A group (``group`` or ``supergroup``) the bot is in; its id, for ``chat=``.

        With ``privacy`` the bot is told only what is meant for it, unless it is an administrator.
        """
        entry = {"id": id, "type": kind, "title": title, **({"is_forum": True} if forum else {})}
        self.world.chats.open(entry, privacy=privacy, administrator=administrator)
        return id

    def channel(self, id: int = -1003001, title: str = "News") -> Channel:
        """A channel the bot is in, as who posts there."""
        self.world.chats.open({"id": id, "type": "channel", "title": title})
        return Channel(self.world, id)

    async def business(self, owner: Person, *, id: str = "connection-1", **rights: bool) -> Business:
        """Connect the bot to the owner's account, which it is told; with the right to reply unless told otherwise."""
        business = Business(self.world, self.world.connections.open(id, owner.entry, {"can_reply": True, **rights}))
        await business.tell_bot()
        return business

    def fail(self, method: str, **how: Any) -> Fault:
        """Order trouble; see ``Fault``."""
        return self.faults.add(Fault(method, **how))

    def limits(self, **how: Any) -> Limits:
        """Enforce limits from now on, which ``Limits`` names; without any, lift them. What was refused is in it."""
        limits = Limits(**how)
        self._door.limits = limits if how else None
        return limits

    # what tests see

    async def next_message(self, chat: Key | Person, within: float = 5.0) -> BotMessage:
        """The bot's next message in the chat that this has not returned before. Raises TimeoutError."""
        return await self.world.sent.next_message(_key(chat), within)

    def sent(self, chat: Key | Person) -> list[BotMessage]:
        """All the bot's messages in the chat, in order, also those it deleted."""
        return self.world.sent.messages(_key(chat))

    def standing(self, chat: Key | Person) -> list[BotMessage]:
        """The bot's messages that are still in the chat."""
        return [message for message in self.sent(chat) if message.deleted_at is None]

    def actions(self, chat: Key | Person) -> list[str]:
        """The chat actions shown in the chat, in order."""
        return [action for action, _ in self.world.sent.actions(_key(chat))]

    def timed_actions(self, chat: Key | Person) -> list[tuple[str, float]]:
        """The chat actions with when they were shown, in monotonic seconds."""
        return self.world.sent.actions(_key(chat))

    def drafts(self, chat: int | Person) -> list[Draft]:
        """Every state of every preview in the chat, in order."""
        return self.world.sent.drafts(chat.id if isinstance(chat, Person) else chat)

    def standing_draft(self, chat: int | Person) -> Draft | None:
        """The preview that is seen now, if any."""
        return self.world.sent.standing_draft(chat.id if isinstance(chat, Person) else chat)

    @property
    def reactions(self) -> list[Reacted]:
        """The bot's own reactions, in order."""
        return list(self.world.sent.reactions)

    @property
    def calls(self) -> deque[Call]:
        return self._door.calls

    @property
    def violations(self) -> list[str]:
        return self._door.violations

    def count(self, method: str) -> int:
        """Calls of the method so far, however they were answered (``file``: downloads)."""
        return self._door.counted[method.lower()]

    async def called(self, method: str, times: int = 1, within: float = 5.0) -> None:
        """Wait until the method has been called (and answered) that often. Raises TimeoutError."""
        async with asyncio.timeout(within), self._door.answered:
            await self._door.answered.wait_for(lambda: self.count(method) >= times)

    async def until_quiet(self, seconds: float = 0.5, within: float = 10.0) -> None:
        """Wait until the bot has called nothing but getUpdates for that long. Raises TimeoutError."""
        async with asyncio.timeout(within):
            since, before = time.monotonic(), self._heard()
            while time.monotonic() - since < seconds:
                await asyncio.sleep(min(0.02, seconds))
                if (now := self._heard()) != before:
                    since, before = time.monotonic(), now

    def _heard(self) -> int:
        counted = self._door.counted
        return counted.total() - sum(counted[method] for method in _UNHEARD)


def _key(chat: Key | Person) -> Key:
    return chat.id if isinstance(chat, Person) else chat
