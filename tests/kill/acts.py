"""Everything people do in a chat, each with a mark that its answer will show."""

from __future__ import annotations

import asyncio
import io
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from itertools import count
from typing import Any

from PIL import Image

from tests.emulator import BotMessage, Emulator, Posted
from tests.emulator.people import AnyoneSpeaking
from tests.kill import marks
from tests.kill.journal import Journal, Said
from tests.kill.places import Place
from tests.videos import clip

__all__ = ["Acts"]

_ENDS = (".", "?", "", " of this", " and")  # from what is plainly all to what announces more
_PAUSE = 0.15  # seconds at most between the pieces of what is said in one go
_LATELY = 6  # messages of a chat that somebody may still come back to


@dataclass
class Acts:
    """``slow`` stretches the pauses between pieces."""

    emulator: Emulator
    journal: Journal
    chance: random.Random
    slow: float = 1.0

    def __post_init__(self) -> None:
        self._albums = count(1)
        self._kinds: dict[Callable[[Place, AnyoneSpeaking], Awaitable[Any]], int] = {
            self.text: 30, self.photo: 10, self.captionless: 6, self.voice: 8, self.video: 2, self.document: 4,
            self.album: 10, self.burst: 8, self.reply: 7, self.edit: 5, self.command: 3, self.press: 5,
            self.repeat: 8, self.react: 2,
        }  # fmt: skip

    async def any(self, place: Place) -> None:
        (act,) = self.chance.choices(list(self._kinds), list(self._kinds.values()))
        await act(place, self.chance.choice(place.speakers))

    async def text(self, place: Place, by: AnyoneSpeaking, reply_to: Said | None = None) -> None:
        number = self.journal.number()
        words = self._addressed(place, f"Please note {marks.word(number)}{self.chance.choice(_ENDS)}")
        posted = await by.text(words, **self._where(place, reply_to.posted if reply_to else None))
        quotes = self.journal.marks_in(reply_to) if reply_to else frozenset[int]()
        self._note(number, place, by, posted, "reply" if reply_to else "text", quotes=quotes)

    async def photo(self, place: Place, by: AnyoneSpeaking) -> None:
        number = self.journal.number()
        caption = self._addressed(place, f"What is {marks.word(number)}?")
        posted = await by.photo(marks.picture(number), caption=caption, **self._where(place))
        self._note(number, place, by, posted, "photo")

    async def captionless(self, place: Place, by: AnyoneSpeaking) -> None:
        if place.crowded:
            return await self.photo(place, by)
        number = self.journal.number()
        posted = await by.photo(marks.picture(number), **self._where(place))
        return self._note(number, place, by, posted, "photo without caption")

    async def voice(self, place: Place, by: AnyoneSpeaking) -> None:
        """In a group, as an answer to something of the bot's."""
        answered = self._of_bot(place) if place.crowded else None
        if place.crowded and answered is None:
            return await self.text(place, by)
        number = self.journal.number()
        data = marks.recording(number)
        posted = await by.voice(data, mime_type="audio/wav", **self._where(place, answered))
        quotes = frozenset(marks.marks(answered.text)) if answered else frozenset[int]()
        return self._note(number, place, by, posted, "voice", quotes=quotes)

    async def video(self, place: Place, by: AnyoneSpeaking) -> None:
        number = self.journal.number()
        caption = self._addressed(place, f"What is {marks.word(number)}?")
        posted = await by.video(_clip(number), caption=caption, **self._where(place))
        self._note(number, place, by, posted, "video")

    async def document(self, place: Place, by: AnyoneSpeaking) -> None:
        number = self.journal.number()
        caption = self._addressed(place, f"What is {marks.word(number)}?")
        data = f"A note about {marks.word(number)}.".encode()
        kind: dict[str, Any] = {"name": "note.txt", "mime_type": "text/plain"}
        posted = await by.document(data, caption=caption, **kind, **self._where(place))
        self._note(number, place, by, posted, "document")

    async def album(self, place: Place, by: AnyoneSpeaking) -> None:
        """Its photos come one after another, so that a death may fall between them."""
        name, size = f"album{next(self._albums)}", self.chance.randint(2, 6)
        caption = place.crowded or self.chance.random() < 0.6
        for place_in_album in range(size):
            number = self.journal.number()
            words = self._addressed(place, f"What is {marks.word(number)}?") if caption and not place_in_album else None
            posted = await by.photo(marks.picture(number), caption=words, album=name, **self._where(place))
            self._note(number, place, by, posted, "album", album=name)
            await self._breathe()

    async def burst(self, place: Place, by: AnyoneSpeaking) -> None:
        await self.captionless(place, by)
        await self._breathe()
        await self.voice(place, by)
        await self._breathe()
        await self.text(place, by)

    async def reply(self, place: Place, by: AnyoneSpeaking) -> None:
        said = self._lately(place)
        await self.text(place, by, reply_to=said)

    async def edit(self, place: Place, by: AnyoneSpeaking) -> None:
        said = self._lately(place, "text")
        if said is None or said.number in self.journal.replaced:
            return
        number = self.journal.number()
        words = self._addressed(place, f"I meant something else entirely: {marks.word(number)}.")
        update = await said.by.edit(said.posted, words)
        self._note(number, place, said.by, said.posted, "edit", update=update, instead=said.number)

    async def command(self, place: Place, by: AnyoneSpeaking) -> None:
        if not place.people:
            return
        name = f"@{self.emulator.username}" if place.crowded else ""
        self.journal.commands[place.address] += 1
        await by.text(f"/help{name}", **self._where(place))

    async def press(self, place: Place, by: AnyoneSpeaking) -> None:
        answered, what = self._of_bot(place), self.chance.choice(("good", "seen", "again"))
        data = [str(button.get("callback_data")) for button in answered.buttons] if answered else []
        chosen = next((each for each in data if each.startswith(what)), None)
        if answered is None or chosen is None or not place.people:
            return
        if what == "again":
            self.journal.asked_again |= set(marks.marks(answered.text))
        self.journal.presses[what] += 1
        await self.chance.choice(place.people).press(answered, data=chosen)

    async def react(self, place: Place, by: AnyoneSpeaking) -> None:
        answered = self._of_bot(place)
        if answered is not None and place.people and not place.crowded:
            await place.people[0].react(answered, self.chance.choice("👍👎"))

    async def repeat(self, place: Place, by: AnyoneSpeaking) -> None:
        """Telegram delivers an update once more."""
        said = self._lately(place)
        if said is not None and said.update:
            self.journal.repeated += 1
            await self.emulator.updates.repeat(said.update)

    def _note(
        self, number: int, place: Place, by: AnyoneSpeaking, posted: Posted, kind: str, *, update: int | None = None,
        **more: Any,
    ) -> None:  # fmt: skip
        told = posted.update_id if update is None else update
        self.journal.note(Said(number, place, posted, by, kind, told, **more))

    def _addressed(self, place: Place, words: str) -> str:
        return f"@{self.emulator.username} {words}" if place.crowded else words

    def _where(self, place: Place, reply_to: Posted | BotMessage | None = None) -> dict[str, Any]:
        return {"chat": place.group, "topic": place.topic, "reply_to": reply_to}

    def _lately(self, place: Place, kind: str | None = None) -> Said | None:
        said = [one for one in self.journal.of(place)[-_LATELY:] if kind is None or one.kind == kind]
        return self.chance.choice(said) if said else None

    def _of_bot(self, place: Place) -> BotMessage | None:
        """An answer given lately."""
        sent = [message for message in self.emulator.sent(place.key)[-_LATELY:] if message.topic == place.topic]
        answers = [message for message in sent if marks.marks(message.text)]
        return self.chance.choice(answers) if answers else None

    async def _breathe(self) -> None:
        await asyncio.sleep(self.slow * self.chance.uniform(0, _PAUSE))


def _clip(number: int) -> bytes:
    with Image.open(io.BytesIO(marks.picture(number))) as picture:
        return clip([picture.convert("RGB")], 0.5)
