"""A Telegram Bot API that runs beside the tests, over real HTTP on this host.

It is strict where Telegram is: calls are checked against aiogram's method models, texts and entities against
Telegram's limits, and every update it emits is one that python-telegram-bot and aiogram both read without remainder.
Its state lives in the test's process, so it survives any death of the bot.
"""

from tests.emulator.chats import BotMessage, Posted
from tests.emulator.people import Person
from tests.emulator.server import Emulator

__all__ = ["BotMessage", "Emulator", "Person", "Posted"]
