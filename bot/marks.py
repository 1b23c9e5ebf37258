"""What people do with an answer instead of saying something: rate it, ask what was heard and seen, react to it."""

from __future__ import annotations

from dataclasses import dataclass

from agents.ports import Wording
from bot.channel import Channel
from bot.choices import REASONS, Buttons
from bot.incoming import Incoming, Pressed, Reacted
from bot.offers import Offers
from bot.said import Said
from bot.seen import Seen
from bot.texts import language_of
from storage.errors import StorageMissing
from storage.ports import Conversations, LoggedTurn, Rating

__all__ = ["Marks", "turn_of"]

_GOOD = frozenset("👍❤🔥🥰👏😁🎉🤩🙏👌💯🤗🏆😍💘🆒😘")
_BAD = frozenset("👎🤬🤮💩🤡🥱🥴💔🤨😢😡😨🖕🙈")


@dataclass(frozen=True, slots=True)
class Marks:
    """Keeps ratings and tells what was perceived. Turns of other chats are not to be reached from here."""

    conversations: Conversations
    wording: Wording

    async def made(self, channel: Channel, said: Incoming) -> Said | None:
        """What to say to it, if anything. Raises StorageError."""
        match said.act:
            case Pressed():
                return await self._pressed(channel, said, said.act)
            case Reacted():
                await self._reacted(said, said.act)
        return None

    async def _pressed(self, channel: Channel, said: Incoming, pressed: Pressed) -> Said | None:
        what, *rest = pressed.what.split(":")
        turn = await turn_of(self.conversations, said)
        if turn is None or turn.reply is None:
            return None
        if what == "seen":
            return Said(Seen(self.wording).told(turn.observations, _language(said)))
        if what in {"good", "bad"}:
            reason = rest[1] if len(rest) > 1 and rest[1] in REASONS else None
            await self._rate(channel, said, pressed, turn, Rating(said.sender.id, what == "good", reason))
        return None

    async def _rate(self, channel: Channel, said: Incoming, pressed: Pressed, turn: LoggedTurn, rating: Rating) -> None:
        try:
            await self.conversations.rate(said.channel, said.chat, turn.id, rating)
        except StorageMissing:
            return
        if pressed.message not in turn.sent:
            return  # an answer that is looked for by its buttons, as its sending broke off: they stay as they were
        buttons, language = Buttons(self.wording), turn.reply.language if turn.reply else _language(said)
        if not rating.good and rating.reason is None:
            choices = buttons.why_bad(turn.id, language)
        else:
            offers = Offers.of(turn.observations, turn.trace)
            choices = buttons.under_answer(turn.id, language, offers, rated=rating.good)
        await channel.adorn(said, pressed.message, choices)

    async def _reacted(self, said: Incoming, reacted: Reacted) -> None:
        """A reaction to an answer of ours is a rating; one that says neither, or is taken back, takes that back.

        What the same person said by a button stands, as the buttons go on showing it. Telegram does not tell the topic
        of a reaction.
        """
        turn = await self.conversations.of_message(said.channel, said.chat, reacted.message, topics=True)
        if turn is None or reacted.message not in turn.sent:
            return
        before = next((each for each in turn.ratings if each.sender_id == said.sender.id), None)
        if before is not None and before.reason not in _GOOD | _BAD:
            return
        rating = next((rating for each in reacted.reactions if (rating := _rating(said, each))), None)
        if rating is not None:
            await self.conversations.rate(turn.channel, turn.chat, turn.id, rating)
        elif before is not None:
            await self.conversations.unrate(turn.channel, turn.chat, turn.id, said.sender.id)


async def turn_of(conversations: Conversations, said: Incoming) -> LoggedTurn | None:
    """The turn that a pressed button is about, if it is one of this chat."""
    if not isinstance(said.act, Pressed):
        return None
    number = said.act.what.split(":")[1:2]
    if not number or not number[0].isascii() or not number[0].isdigit() or len(number[0]) > 18:
        return None
    return await conversations.turn(said.channel, said.chat, int(number[0]))


def _rating(said: Incoming, reaction: str) -> Rating | None:
    sign = reaction.replace("\ufe0f", "")
    if sign in _GOOD:
        return Rating(said.sender.id, True, sign)
    return Rating(said.sender.id, False, sign) if sign in _BAD else None


def _language(said: Incoming) -> str:
    return language_of(said.sender.locale)
