"""Questions put to the real process over the emulator, and the answers read from the replies as a person would."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.data.checkpoints import CAPTIONER, VISUAL_QA
from tests.easy_vqa import jpeg, picture
from tests.emulator import Emulator, Person
from tests.process import BotProcess

__all__ = ["Replied", "answer_in", "ask", "bot", "caption_in"]

PEOPLE = 16  # chats at once
PATIENCE = 120.0  # seconds for one reply, the first of which waits for the models, on a busy machine
# The sentences of bot/texts/en/mind.po that carry an answer and a caption, said as sure or as a guess.
_ANSWER = re.compile(r"(?:My answer from looking at the photo|from the photo I would guess): (.+?) \(\d+ % sure\)")
_CAPTION = re.compile(r"(?:I see this|it might be this): (.+?) \(\d+ % sure\)")


@dataclass(frozen=True, slots=True)
class Replied:
    """Item ``number`` of those asked, and what came back in the chat."""

    number: int
    text: str


def bot(emulator: Emulator, folder: Path) -> BotProcess:
    """The assistant with both checkpoints, and a language model whose idle words its guard has to replace."""
    return BotProcess(
        emulator,
        folder,
        PARLEY_PROFILE="scripted",
        PARLEY_CAPTION=f"blip:{CAPTIONER}",
        PARLEY_VQA=f"blip:{VISUAL_QA}",
        PARLEY_OCR="scripted:ocr?text=",
        PARLEY_LLM="scripted:echo?text=Splendid weather in Reykjavik.",
    )


async def ask(emulator: Emulator, items: Sequence[tuple[int, str | None]]) -> list[str]:
    """The reply to each held-out picture sent as a JPEG with these words under it, by several people at once."""
    people = [emulator.user(id=7000 + number, username=f"asker{number}") for number in range(PEOPLE)]
    waiting = list(enumerate(items))
    replies = await asyncio.gather(*(_one_by_one(emulator, who, waiting[at::PEOPLE]) for at, who in enumerate(people)))
    return [reply.text for reply in sorted((one for some in replies for one in some), key=lambda one: one.number)]


async def _one_by_one(
    emulator: Emulator, person: Person, items: Sequence[tuple[int, tuple[int, str | None]]]
) -> list[Replied]:
    replies = []
    for number, (at, words) in items:
        await person.photo(jpeg(picture(at, True)), caption=words)
        replies.append(Replied(number, (await emulator.next_message(person, within=PATIENCE)).text))
    return replies


def answer_in(reply: str) -> str | None:
    """What the reply says it is, whatever else stands in it; None when it does not say."""
    found = _ANSWER.search(reply)
    return found[1] if found else None


def caption_in(reply: str) -> str | None:
    """What the reply says the photo shows."""
    found = _CAPTION.search(reply)
    return found[1] if found else None
