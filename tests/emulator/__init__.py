"""A Telegram Bot API that runs beside the tests, over real HTTP on this host.

It is strict where Telegram is: calls are checked against aiogram's method models, texts, entities and keyboards against
Telegram's limits, and every update it emits is one that python-telegram-bot and aiogram both read without remainder.
Its state lives in the test's process, so it survives any death of the bot.

    world.py       what there is: chats.py, messages.py, files.py, sent.py, updates.py, presses.py
    people.py      who writes: speaking.py and what can be said (media.py, albums.py, oddments.py), groups.py
    methods/       what the bot's calls do
    door.py        HTTP; calls.py reads calls, rules.py, entities.py and keyboards.py check them
    server.py      the Emulator that tests hold
"""

from tests.emulator.messages import BotMessage, Posted
from tests.emulator.people import Person
from tests.emulator.server import Emulator
from tests.emulator.speaking import External, Quote

__all__ = ["BotMessage", "Emulator", "External", "Person", "Posted", "Quote"]
