"""A conversation at the terminal: type, attach photos and recordings, read the answer as it is made."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from agents.ports import Wording
from agents.values import Answered, Delta, Part, Restarted, Text, Turn
from bot.conversing import Conversing
from bot.terminal.files import FileRefused, named, photo, voice
from bot.terminal.lines import lines
from bot.terminal.once import CHANNEL
from bot.terminal.plain import plain
from bot.terminal.screen import Answering, thinking, unechoed
from storage.errors import StorageError

__all__ = ["Terminal"]

_FILES: dict[str, Callable[[Path, int], Part]] = {"/photo": photo, "/voice": voice}
_COMMAND = re.compile(r"/[A-Za-z_]+")  # a path has a second slash, or a dot
_MOST_ATTACHED = 10


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
            try:
                await self._take(line)
            except StorageError:
                self._say("chat.not_kept")

    async def _take(self, line: str) -> None:
        word, _, rest = line.strip().partition(" ")
        if word in _FILES:
            self._attach(word, rest)
        elif word == "/reset":
            self.attached = []
            await self.conversing.conversations.reset(CHANNEL, self.name)
            self._say("commands.reset")
        elif word in {"/help", "/start"}:
            self._say("chat.help")
        elif _COMMAND.fullmatch(word):
            self._say("chat.unknown")
        elif line.strip() or self.attached:
            await self._turn(line)

    def _attach(self, word: str, name: str) -> None:
        if not name.strip():
            self._say("chat.help")
        elif len(self.attached) >= _MOST_ATTACHED:
            self._say("chat.too_many", most=_MOST_ATTACHED)
        else:
            try:
                self.attached.append(_FILES[word](named(name), self.most))
            except FileRefused as error:
                print(plain(error.worded(self.wording, self.language)))
                return
            self._say("chat.attached")

    async def _turn(self, line: str) -> None:
        typed = (Text(line),) if line.strip() else ()
        turn = Turn((*self.attached, *typed), locale=self.locale)
        self.attached = []
        with unechoed(), thinking(self.wording.say("chat.thinking", self.language)) as spinner:
            streams = sys.stdout is not None and sys.stdout.isatty()
            answering = Answering(spinner, self.wording.say("chat.again", self.language), streams=streams)
            heard = await self.conversing.hear(CHANNEL, self.name, turn)
            async for event in self.conversing.answer(heard, turn):
                if isinstance(event, Delta):
                    answering.add(event.text)
                elif isinstance(event, Restarted):
                    answering.restart()
                elif isinstance(event, Answered):
                    answering.end(event.reply.text)

    def _say(self, key: str, **facts: object) -> None:
        print(self.wording.say(key, self.language, **facts), flush=True)
