"""Turns that stand for earlier ones: a message that was edited or goes on, and an answer that is wanted once more."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from agents.values import Medium, Part, Turn
from bot.channel import Channel
from bot.fetching import Fetching
from bot.following import Following
from bot.gathering import MOST
from bot.incoming import Incoming, IncomingMedia, IncomingText
from bot.marks import turn_of
from bot.rewording import says_the_same
from storage.media import key_of
from storage.ports import Conversations, LoggedPart, LoggedTurn

__all__ = ["Revised", "Revising"]


@dataclass(frozen=True, slots=True)
class Revised:
    """``messages`` are those of the turn's parts, ``replaces`` the earlier turn, if there is one."""

    turn: Turn
    messages: tuple[str | None, ...]
    replaces: int | None = None


@dataclass(frozen=True, slots=True)
class Revising:
    conversations: Conversations
    fetching: Fetching
    following: Following

    async def earlier(self, said: Incoming, kept: LoggedTurn | None = None) -> LoggedTurn | None:
        """The turn that an edited message is a piece of, that a forwarded one goes on with, or whose answer is wanted
        once more.

        ``kept`` is the turn that this came to at an earlier try.
        """
        if said.wants_another_try:
            return await turn_of(self.conversations, said)
        if not said.edited and kept is not None:
            return await self._replaced(said, kept)
        message = said.message if said.edited else self.following.leader(said)
        if message is None:
            return None
        before = None if kept is None else kept.id
        turn = await self.conversations.of_message(said.channel, said.chat, message, before=before)
        if turn is None or message in turn.sent:
            return None
        return turn if said.edited or await self._has_room(turn, said) else None

    async def _has_room(self, turn: LoggedTurn, said: Incoming) -> bool:
        """Whether it may go on: it is perceived as a whole each time that it does."""
        return len(turn.parts) + len(said.parts) <= MOST and await self.fetching.fits(turn.parts, said)

    async def _replaced(self, said: Incoming, kept: LoggedTurn) -> LoggedTurn | None:
        if kept.replaces is None:
            return None
        return await self.conversations.turn(said.channel, said.chat, kept.replaces)

    async def changes_nothing(self, channel: Channel, earlier: LoggedTurn, said: Incoming) -> bool:
        """Whether the message says and shows what it did before, but for slips of the finger. Raises DeliveryFailed."""
        before = [part for part in earlier.parts if part.message == said.message and not part.quoted]
        now = [part for part in said.parts if not part.quoted]
        kinds = [part.kind for part in before if part.media is not None]
        if kinds != [part.kind for part in now if isinstance(part, IncomingMedia)]:
            return False
        words = " ".join(part.text or "" for part in before if part.kind == "text")
        typed = " ".join(part.text for part in now if isinstance(part, IncomingText))
        if not await asyncio.to_thread(says_the_same, words, typed):
            return False
        return not kinds or await self._shows_the_same(channel, before, said)

    async def _shows_the_same(self, channel: Channel, before: Sequence[LoggedPart], said: Incoming) -> bool:
        fetched = await self.fetching.turn(channel, _own(said))
        media = [part.data for part in fetched.parts if isinstance(part, Medium)]
        keys = await asyncio.to_thread(lambda: [key_of(data) for data in media])
        return keys == [part.media for part in before if part.media is not None]

    async def once_more(self, earlier: LoggedTurn, said: Incoming) -> Revised:
        """The same again."""
        room = self.fetching.room()
        parts = [await self.fetching.again(part, room) for part in earlier.parts]
        return Revised(_turn(earlier, parts, said), tuple(part.message for part in earlier.parts), earlier.id)

    async def edited(self, channel: Channel, earlier: LoggedTurn, said: Incoming) -> Revised:
        """The turn as it reads with the edited message in the place of what that said before.

        What it quotes is there already: no edit makes a message reply to another. Raises DeliveryFailed when what is
        new in it cannot be fetched.
        """
        own, room = _own(said), self.fetching.room()
        fresh = await self.fetching.turn(channel, own, room)
        parts: list[Part] = []
        messages: list[str | None] = []
        for part in _around(_without_borrowed(earlier.parts, own), said.message):
            added = fresh.parts if part is None else (await self.fetching.again(part, room),)
            parts += added
            messages += [said.message if part is None else part.message] * len(added)
        return Revised(_turn(earlier, parts, said), tuple(messages), earlier.id)

    async def continued(self, channel: Channel, earlier: LoggedTurn, said: Incoming) -> Revised:
        """The turn with what came behind it. Raises DeliveryFailed when that cannot be fetched."""
        room = self.fetching.room()
        before = [await self.fetching.again(part, room) for part in earlier.parts]
        parts = [*before, *(await self.fetching.turn(channel, said, room)).parts]
        messages = [*(part.message for part in earlier.parts), *(part.message for part in said.parts)]
        return Revised(_turn(earlier, parts, said), tuple(messages), earlier.id)


def _own(said: Incoming) -> Incoming:
    """Without what it quotes."""
    return said.model_copy(update={"parts": tuple(part for part in said.parts if not part.quoted)})


def _without_borrowed(parts: Sequence[LoggedPart], said: Incoming) -> list[LoggedPart]:
    """Without the words of an album that stood in for those of its late photo, where it has words of its own now."""
    has_words = any(isinstance(part, IncomingText) for part in said.parts)
    return [part for part in parts if not (has_words and _is_borrowed(part))]


def _is_borrowed(part: LoggedPart) -> bool:
    return part.kind == "text" and part.message is None and not part.quoted


def _around(parts: Sequence[LoggedPart], message: str | None) -> list[LoggedPart | None]:
    """The parts of other messages in their order, and None where those of the message stood."""
    kept: list[LoggedPart | None] = []
    for part in parts:
        mine = part.message == message and not part.quoted
        if not mine or None not in kept:
            kept.append(None if mine else part)
    return kept


def _turn(earlier: LoggedTurn, parts: Sequence[Part], said: Incoming) -> Turn:
    return Turn(tuple(parts), earlier.sender, earlier.locale, earlier.crowd, answer_in=said.sender.chosen)
