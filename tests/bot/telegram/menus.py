"""The menu of doors in tests: what everybody may ask for."""

from __future__ import annotations

from bot.orders.registry import Orders, usual_orders
from bot.stopping import Stops
from bot.telegram.menu import Menu
from bot.texts import LANGUAGES, Texts
from storage.memory import MemoryConversations, MemoryMedia

__all__ = ["MENU"]

_orders = Orders(usual_orders(MemoryConversations(MemoryMedia()), Texts(), Stops()), Texts())
MENU = Menu({language: _orders.menu(language) for language in LANGUAGES})
