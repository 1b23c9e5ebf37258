"""All commands of the house: what is in this list works, and stands in the menus."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from agents.ports import Wording
from bot.deciding import Deciding
from bot.incoming import Incoming
from bot.orders.admitting import Decide, InviteOrder
from bot.orders.choosing import Choosing, LanguageOrder, SettingsOrder
from bot.orders.order import Order
from bot.orders.plain import Plain
from bot.orders.reset import Reset
from bot.orders.stop import Stop
from bot.orders.transcript import Transcribed
from bot.said import Said
from bot.stopping import Stops
from storage.ports import Conversations, People, Standing

__all__ = ["Orders", "orders_of_admins", "usual_orders"]


class Orders:
    """Commands by their names."""

    def __init__(self, orders: Sequence[Order], wording: Wording) -> None:
        self._orders: Mapping[str, Order] = {order.name: order for order in orders}
        self._wording = wording

    def names(self, *, admin: bool = False, group: bool = False) -> tuple[str, ...]:
        """Those of a menu, in the order they were listed."""
        fitting = (order for order in self._orders.values() if admin or not order.for_admins)
        return tuple(order.name for order in fitting if order.in_groups or not group)

    def menu(self, language: str, *, admin: bool = False, group: bool = False) -> list[tuple[str, str]]:
        """Names with their lines."""
        names = self.names(admin=admin, group=group)
        return [(name, self._wording.say(f"menu.{name}", language)) for name in names]

    async def obey(self, said: Incoming, language: str, *, admin: bool = False) -> Said:
        """Raises StorageError."""
        order = self._orders.get(said.command or "")
        if order is None or (order.for_admins and not admin):
            return Said(self._wording.say("commands.unknown", language))
        if said.crowd and not order.in_groups:
            return Said(self._wording.say("commands.not_here", language))
        told = await order.obey(said, language)
        return self._with_menu(told, language, admin, said.crowd) if order.name == "help" else told

    def _with_menu(self, told: Said, language: str, admin: bool, group: bool) -> Said:
        lines = [f"/{name} – {does}" for name, does in self.menu(language, admin=admin, group=group)]
        return replace(told, text="\n".join([told.text, "", *lines]))


def usual_orders(
    conversations: Conversations,
    wording: Wording,
    stops: Stops,
    choosing: Choosing | None = None,
    deciding: Deciding | None = None,
) -> list[Order]:
    """What everybody may ask for; without ``choosing``, chats choose nothing."""
    reset = Reset(conversations, wording, deciding or Deciding(wording))
    orders: list[Order] = [Plain("start", wording), Plain("help", wording), reset]
    if choosing is not None:
        orders += [LanguageOrder(choosing), SettingsOrder(choosing)]
    return [*orders, Transcribed(conversations, wording), Stop(stops, wording)]


def orders_of_admins(people: People, wording: Wording) -> list[Order]:
    """What admins may ask for, too."""
    admit = Decide("admit", Standing.ADMITTED, people, wording)
    return [InviteOrder(people, wording), admit, Decide("block", Standing.BLOCKED, people, wording)]
