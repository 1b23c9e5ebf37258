"""A conversation at the terminal: type, attach photos and recordings, read the answer as it is made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from agents.ports import Wording
from agents.values import Answered, Delta, Part, Restarted, Text, Turn
from bot.conversing import Conversing
from bot.terminal.files import FileRefused, photo, voice
from bot.terminal.lines import lines
from bot.terminal.once import CHANNEL
from bot.terminal.plain import plain

__all__ = ["Terminal"]

_FILES: dict[str, Callable[[Path, int], Part]] = {"/photo": photo, "/voice": voice}


@dataclass(slots=True)
class Terminal:
    """One person at the terminal. ``most`` is the largest file taken, in bytes."""

    conversing: Conversing
    wording: Wording
    name: str
    locale: str | None
    language: str
    most: int
    attached: list[Part] = field(default_factory=list)

    async def run(self) -> None:
        """Talk until /quit or end of file."""
        self._say("chat.welcome")
        async for line in lines("> "):
            if line.strip() in {"/quit", "/exit"}:
                return
            await self._take(line)

    async def _take(self, line: str) -> None:
        word, _, rest = line.strip().partition(" ")
        if word in _FILES:
            self._attach(word, rest)
        elif word == "/reset":
            await self.conversing.conversations.reset(CHANNEL, self.name)
            self._say("commands.reset")
        elif word in {"/help", "/start"}:
            self._say("chat.help")
        elif line.strip() or self.attached:
            await self._turn(line)

    def _attach(self, word: str, path: str) -> None:
        try:
            self.attached.append(_FILES[word](Path(path.strip()).expanduser(), self.most))
        except FileRefused as error:
            print(plain(str(error)))
            return
        self._say("chat.attached")

    async def _turn(self, line: str) -> None:
        typed = (Text(line),) if line.strip() else ()
        turn = Turn((*self.attached, *typed), locale=self.locale)
        self.attached = []
        conversations = self.conversing.conversations
        conversation = await conversations.open(CHANNEL, self.name)
        kept = await conversations.hear(conversation, turn)
        shown = ""
        async for event in self.conversing.answer(conversation, kept, turn):
            if isinstance(event, Delta):
                shown += event.text
                print(plain(event.text), end="", flush=True)
            elif isinstance(event, Restarted):
                shown = ""
                print()
            elif isinstance(event, Answered):
                print("\n" if event.reply.text == shown else f"\n{plain(event.reply.text)}\n" if shown else "", end="")
                if not shown:
                    print(plain(event.reply.text))

    def _say(self, key: str) -> None:
        print(self.wording.say(key, self.language))
