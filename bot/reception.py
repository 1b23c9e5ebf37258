"""The part of the house that people deal with, put together from settings: who comes in, what may be asked, how it is
said.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.access import Access
from bot.allowances import Allowance, Allowances
from bot.backlog import MEMORY
from bot.channel import Channel
from bot.choices import STOP
from bot.composing import Composing
from bot.counted import Counted
from bot.deciding import Deciding, Groups
from bot.gate import Gate
from bot.gatekeeper import Gatekeeper
from bot.gathering import Gathering
from bot.heard import Heard
from bot.incoming import Incoming, Pressed
from bot.orders.choosing import Choosing
from bot.orders.registry import Orders, orders_of_admins, usual_orders
from bot.reading_aloud import ReadingAloud
from bot.recalled import Recalled
from bot.settings import Settings
from bot.stopping import Stops
from bot.texts import LANGUAGES
from bot.transcripts import Transcripts
from bot.turns import Turns
from bot.wiring import House
from storage.ports import Preferences

if TYPE_CHECKING:
    from bot.telegram.menu import Menu

__all__ = ["Reception"]

_TOLD_EVERY = 60.0  # seconds in which somebody who writes too much hears so once


@dataclass(frozen=True, slots=True)
class Reception:
    """What doors and desk need of it."""

    turns: Turns
    orders: Orders
    gate: Gate
    stops: Stops
    gathering: Gathering
    preferences: Preferences
    admins: Sequence[int]

    @classmethod
    def of(
        cls,
        settings: Settings,
        house: House,
        channels: Mapping[str, Channel],
        access: Mapping[str, Access],
        stops: Stops,
        groups: Mapping[str, Groups],
    ) -> Reception:
        """``access`` and ``groups`` are by channel."""
        wording, kept = house.wording, house.kept
        preferences, speaker = Recalled(kept.preferences), house.models.speaker
        admins = {"telegram": Access.of(settings.admins)}
        told = Heard(_TOLD_EVERY, MEMORY, time.monotonic)
        gate = Gatekeeper(access, admins, kept.people, _allowances(settings, house), wording, told, preferences)
        deciding = Deciding(wording, gate.is_admin, groups)
        speaks, transcripts = speaker is not None, settings.transcripts
        choosing = Choosing.of(preferences, wording, transcripts=transcripts, speaks=speaks, deciding=deciding)
        usual = usual_orders(kept.conversations, wording, stops, choosing, deciding)
        orders = Orders([*usual, *orders_of_admins(kept.people, wording)], wording)
        turns = Turns(
            channels,
            house.conversing,
            kept.inbox,
            access,
            wording,
            stops,
            gate=gate,
            media=kept.media,
            composing=Composing(wording, Transcripts(wording, settings.transcripts, preferences)),
            aloud=ReadingAloud(speaker, preferences),
            orders=orders,
            choosing=choosing,
        )
        gathering = Gathering(settings.album_wait, settings.burst_wait)
        ids = [int(name) for name in settings.admins or () if name.isascii() and name.isdigit()]
        return cls(turns, orders, gate, stops, gathering, preferences, ids)

    def menu(self) -> Menu:
        """What Telegram shows of the commands there are."""
        from bot.telegram.menu import Menu

        everywhere = self.orders.names(group=True)
        aside = [name for name in self.orders.names() if name not in everywhere]
        everybodys = {language: self.orders.menu(language) for language in LANGUAGES}
        of_admins = {language: self.orders.menu(language, admin=True) for language in LANGUAGES}
        return Menu(everybodys, aside, of_admins, self.admins)

    async def heed_at_once(self, said: Incoming) -> None:
        """What cannot wait for its turn: that somebody wants no more of an answer. Raises StorageError."""
        if said.command == "stop" and await self.gate.admits(said):
            self.stops.ask_chat(said.channel, said.chat, said.key)
        elif isinstance(said.act, Pressed) and said.act.what == STOP and await self.gate.admits(said):
            self.stops.ask_now(said.channel, said.chat)


def _allowances(settings: Settings, house: House) -> Allowances:
    person = Allowance(settings.messages_per_minute, 60 * settings.audio_minutes_per_day, settings.photos_per_day)
    chat = Allowance(
        settings.chat_messages_per_minute, 60 * settings.chat_audio_minutes_per_day, settings.chat_photos_per_day
    )
    return Allowances(house.kept.usage, person, chat, counted=Counted(house.kept.conversations))
