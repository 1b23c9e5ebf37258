"""kill -9 at random instants under load: nothing accepted is lost, order is kept, doubled replies are rare.

Five kills in the suite; ``make kill`` sets PARLEY_KILLS=50.
"""

from __future__ import annotations

import asyncio
import os
import random
from collections import Counter
from pathlib import Path

import pytest

from tests.emulator import Emulator, Person
from tests.process import BotProcess
from tests.waiting import until

KILLS = int(os.environ.get("PARLEY_KILLS", "5"))
CHATS = 10
LONGEST_LIFE = 8.0  # seconds; it takes about three to be up
MOST_DOUBLED = max(1, KILLS // 25)  # 2 in 50 kills


def marks(text: str) -> list[str]:
    """The marks ``<chat-number>`` of the messages a reply speaks of, the last one being what it answers."""
    return [word.strip(".,;:!?()\"'`*[]{}") for word in text.split() if word.startswith("mark")]


class Load:
    """People who write numbered messages at random moments."""

    def __init__(self, people: list[Person], chance: random.Random) -> None:
        self._people = people
        self._chance = chance
        self.sent: dict[int, list[str]] = {person.id: [] for person in people}

    async def run(self) -> None:
        while True:
            person = self._chance.choice(self._people)
            mark = f"mark{person.id}x{len(self.sent[person.id])}"
            self.sent[person.id].append(mark)
            await person.text(mark)
            await asyncio.sleep(self._chance.uniform(0.05, 0.4))


def answers(emulator: Emulator, person: int) -> list[str]:
    return [mark for message in emulator.sent(person) for mark in marks(message.text)[-1:]]


def settled(emulator: Emulator, sent: dict[int, list[str]]) -> bool:
    return all(set(marks_sent) <= set(answers(emulator, person)) for person, marks_sent in sent.items())


async def live_and_die(bot: BotProcess, chance: random.Random) -> None:
    """One life, ended at any instant: while starting, recovering, or answering."""
    await bot.start()
    await asyncio.sleep(chance.uniform(0.0, LONGEST_LIFE))
    await bot.kill()


@pytest.mark.timeout(60 + 20 * KILLS)
async def test_nothing_accepted_is_lost_at_random_kills(tmp_path: Path) -> None:
    chance = random.Random(20261121)  # the instants are random, and the same in every run
    async with Emulator() as emulator:
        people = [emulator.user(id=2000 + n, username=f"person{n}") for n in range(CHATS)]
        load = Load(people, chance)
        bot = BotProcess(
            emulator, tmp_path, PARLEY_PROFILE="scripted", PARLEY_LLM="scripted:echo?seconds=0.05", PARLEY_BACKOFF="0.2"
        )
        writing = asyncio.create_task(load.run())
        for _ in range(KILLS):
            await live_and_die(bot, chance)
        await bot.start()
        await asyncio.sleep(LONGEST_LIFE)
        writing.cancel()
        try:
            await until(lambda: settled(emulator, load.sent), within=60 + 2 * KILLS)
        finally:
            await bot.stop()
            report(emulator, load.sent)
        assert emulator.violations == []
        for person, sent in load.sent.items():
            first_answers = list(dict.fromkeys(answers(emulator, person)))
            assert first_answers == sent, "answers are missing or out of order"
        assert doubled(emulator, load.sent) <= MOST_DOUBLED


def doubled(emulator: Emulator, sent: dict[int, list[str]]) -> int:
    return sum(times - 1 for person in sent for times in Counter(answers(emulator, person)).values())


def report(emulator: Emulator, sent: dict[int, list[str]]) -> None:
    lost = sum(len(set(marks_sent) - set(answers(emulator, person))) for person, marks_sent in sent.items())
    turns = sum(map(len, sent.values()))
    print(f"\n{KILLS} kills, {turns} turns: {lost} lost, {doubled(emulator, sent)} doubled")
