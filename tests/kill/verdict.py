"""What the journal says was said, held against the database and against what people read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from bot.texts import Texts
from tests.emulator import BotMessage, Emulator
from tests.kill import marks
from tests.kill.journal import Journal, Said
from tests.kill.kept import Kept
from tests.kill.places import Place

__all__ = ["Verdict", "judged"]

_WINDOW = 0.2  # seconds; half of what an album is waited for: photos that came nearer than that belong together


@dataclass(slots=True)
class Verdict:
    """Counts, and of everything wrong a line that says what it is about."""

    messages: int = 0
    turns: int = 0
    joined: int = 0  # turns of several messages
    albums: int = 0
    late: int = 0  # photos said to have come late
    repeated: int = 0
    doubled: list[str] = field(default_factory=list)
    previews: list[str] = field(default_factory=list)  # left standing beside the answer
    lost: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        return not self.lost and not self.wrong


@dataclass(frozen=True, slots=True)
class _Answer:
    """A message of the bot. ``first`` and ``all`` are the own marks of what it was at first, and ever."""

    message: BotMessage
    first: frozenset[int]
    all: frozenset[int]


def answers(emulator: Emulator, journal: Journal, place: Place) -> list[_Answer]:
    """The bot's answers in a chat, in order."""
    seen = Texts().say("marks.seen", "en")
    found = []
    for message in emulator.sent(place.key):
        if message.topic != place.topic or message.text.startswith(seen):
            continue
        numbers = [journal.own(marks.marks(text)) for text in message.texts]
        if any(numbers):
            found.append(_Answer(message, next(filter(None, numbers)), frozenset().union(*numbers)))
    return found


def judged(emulator: Emulator, journal: Journal, places: list[Place], folder: Path) -> Verdict:
    """After everything has run dry."""
    kept, verdict = Kept.read(folder), Verdict(messages=len(journal.said), repeated=journal.repeated)
    verdict.wrong += [f"inbox row {row.key} is {row.state}" for row in kept.rows.values() if row.state != "done"]
    verdict.wrong += emulator.violations
    for place in places:
        _Judge(journal, kept, verdict, place, answers(emulator, journal, place)).judge()
    _judge_albums(journal, kept, verdict, emulator)
    return verdict


@dataclass(frozen=True, slots=True)
class _Judge:
    """Of one chat."""

    journal: Journal
    kept: Kept
    verdict: Verdict
    place: Place
    answers: list[_Answer]

    def judge(self) -> None:
        said = self.journal.of(self.place)
        groups = self.kept.groups(said)
        self.verdict.turns += len(groups)
        self.verdict.joined += sum(len(group) > 1 for group in groups.values())
        self.verdict.lost += [f"{one.kind} {one.number} was not accepted" for one in said if not self.kept.row(one)]
        for head, group in groups.items():
            self._judge_answer(head, group)
            self._judge_parts(head, group)
        self._judge_order(groups)
        self._judge_place()

    def _judge_answer(self, head: int, group: list[Said]) -> None:
        mine = {one.number for one in group}
        about = [answer for answer in self.answers if answer.all & mine]
        if not about:  # what is said of photos and recordings need not repeat the words beside them
            wanted = [one for one in group if one.number not in self.journal.replaced]
            self.verdict.lost += [self._line(one, "lacks an answer") for one in wanted]
        if mine & (self.journal.asked_again | self.journal.replaced) or any(one.instead is not None for one in group):
            return  # of these there may be two
        late = self._came_late(head, group)  # what is said of those repeats the words of their album
        own = [answer for answer in about if answer.first & mine and not answer.first & late]
        standing = [answer for answer in own if answer.message.deleted_at is None]
        previews = [answer for answer in standing if _is_preview(answer.message)]
        self.verdict.previews += [self._line(group[0], "has a preview left") for _ in previews]
        self.verdict.doubled += [self._line(group[0], "is answered twice")] * (len(standing) - len(previews) - 1)

    def _came_late(self, head: int, group: list[Said]) -> set[int]:
        """The marks of photos of the same album in later turns."""
        albums = {one.album for one in group} - {None}
        mates = [one for one in self.journal.of(self.place) if one.album in albums]
        return {one.number for one in mates if (row := self.kept.row(one)) is not None and (row.head or 0) > head}

    def _judge_parts(self, head: int, group: list[Said]) -> None:
        """Each of its messages stands in the turn, unless it was edited before that began."""
        parts = self.kept.parts.get(head, set())
        wanted = [one for one in group if one.number not in self.journal.replaced]
        missing = [one for one in wanted if str(one.posted.message_id) not in parts]
        self.verdict.wrong += [self._line(one, "is not in its turn") for one in missing]

    def _judge_order(self, groups: dict[int, list[Said]]) -> None:
        places = []
        for _, group in sorted(groups.items()):
            mine = {one.number for one in group if one.instead is None}
            first = next((place for place, answer in enumerate(self.answers) if answer.all & mine), None)
            if first is not None and mine and not mine & self.journal.replaced:
                places.append((first, group[0]))
        for (before, _), (after, one) in pairwise(places):
            if after < before:
                self.verdict.wrong.append(self._line(one, "is answered out of order"))

    def _judge_place(self) -> None:
        for answer in self.answers:
            for text in answer.message.texts:
                strange = [number for number in marks.marks(text) if not self._is_of_here(number)]
                self.verdict.wrong += [f"{self.place.name} reads of {number}" for number in strange]

    def _is_of_here(self, number: int) -> bool:
        said = self.journal.said.get(number)
        return said is not None and said.place.address == self.place.address

    def _line(self, said: Said, what: str) -> str:
        return f"{said.kind} {said.number} in {self.place.name} {what}"


def _is_preview(message: BotMessage) -> bool:
    return any(str(button.get("callback_data")) == "stop" for button in message.buttons)


def _judge_albums(journal: Journal, kept: Kept, verdict: Verdict, emulator: Emulator) -> None:
    note = Texts().say("desk.late_photo", "en")
    for name, photos in journal.albums().items():
        verdict.albums += 1
        rows = [row for photo in photos if (row := kept.row(photo)) is not None]
        heads = dict.fromkeys(row.head for row in rows)
        verdict.late += sum(row.head != rows[0].head for row in rows)
        for before, row in pairwise(rows):
            if row.head != before.head and (row.accepted - before.accepted).total_seconds() < _WINDOW:
                verdict.wrong.append(f"{name} is split though its photos came at once")
        for head in list(heads)[1:]:
            late = {photo.number for photo in photos if (row := kept.row(photo)) is not None and row.head == head}
            if not any(note in text for text in _texts(emulator, photos[0].place, late)):
                verdict.wrong.append(f"{name} came late in part, which is not said")


def _texts(emulator: Emulator, place: Place, numbers: set[int]) -> Iterator[str]:
    for message in emulator.sent(place.key):
        yield from (text for text in message.texts if numbers & set(marks.marks(text)))
