"""The real process under everything hostile at once: who sent what, what was answered, and what it cost."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from tests.emulator import Emulator, Person
from tests.hostile.corpus import Case, peak
from tests.process import BotProcess
from tests.waiting import until

__all__ = ["LEAKS", "MEMORY", "SAYS", "Life", "memory", "misworded"]

LEAKS = re.compile(r"\w+(?:Error|Exception|Warning)\b|Traceback|\.py\b|\b0x[0-9a-f]{4,}")
MEMORY = 400 << 20  # bytes: text and the web alone are allowed 220 MB, and a photo of 50 megapixels takes 200
# what an answer says of a file, by the outcome promised of it; by nothing else does it say so
SAYS = {
    "photo": {
        "too-large": "megapixels",
        "truncated": "damaged or not an image",
        "not-an-image": "damaged or not an image",
        "empty": "without content",
    },
    "voice": {
        "too-long": "longer than 15 minutes",
        "truncated": "damaged or not a recording",
        "not-sound": "damaged or not a recording",
        "no-sound": "video without a sound track",
        "empty": "without content",
    },
}


def misworded(case: Case, text: str) -> bool:
    """Whether the answer to the file is none, shows what went on inside, or says something else than what is true."""
    due = {words for outcome, words in SAYS[case.sent_as].items() if outcome == case.outcome}
    told = {words for words in SAYS[case.sent_as].values() if words in text}
    return not text or bool(LEAKS.search(text)) or told != due


@dataclass
class Life:
    """``people`` take turns in sending, so that no chat waits behind all the others."""

    emulator: Emulator
    bot: BotProcess
    folder: Path
    people: list[Person] = field(default_factory=list)

    def gather(self, number: int, first: int) -> list[Person]:
        """So many people nobody has heard of yet, with ids from ``first``."""
        new = [self.emulator.user(id=first + n, username=f"person{first + n}") for n in range(number)]
        self.people += new
        return new

    async def answers(
        self, sent: Sequence[Callable[[], Awaitable[object]]], person: Person, within: float
    ) -> list[str]:
        """Send everything without waiting; the answers, one to each."""
        before = len(self.emulator.sent(person))
        for one in sent:
            await one()
        await until(lambda: len(self.emulator.sent(person)) >= before + len(sent), within=within)
        return [message.text for message in self.emulator.sent(person)[before:]]


async def memory(bot: BotProcess) -> tuple[int, int]:
    """The most resident memory of the process, and of the greatest of its children, in bytes, ever."""
    children = psutil.Process(bot.pid).children(recursive=True)
    return await peak(bot.pid), max([await peak(child.pid) for child in children], default=0)
