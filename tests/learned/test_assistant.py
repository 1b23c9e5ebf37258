"""What a model has learned arrives in the chat: held-out questions and pictures through the real process.

Pictures are sent as JPEG, as a messenger sends photos.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from tests.data.checkpoints import CAPTIONER, VISUAL_QA
from tests.data.making_checkpoints.measuring import direct_answers, direct_captions
from tests.easy_vqa import as_jpeg, captions, questions
from tests.emulator import Emulator
from tests.learned.exam import answer_in, ask, bot, caption_in
from tests.learned.size import QUESTIONS, some

pytestmark = pytest.mark.timeout(1800)


@pytest.fixture
async def emulator(tmp_path: Path) -> AsyncIterator[Emulator]:
    """With the assistant on its other side."""
    async with Emulator() as running, bot(running, tmp_path) as process:
        yield running
        assert await process.stop(within=20) == 0
        assert running.violations == []


def right(said: Sequence[str | None], wanted: Sequence[str]) -> int:
    return sum(one == other for one, other in zip(said, wanted, strict=True))


async def test_what_was_learned_arrives_in_the_chat(emulator: Emulator) -> None:
    """One start of the process for both: that is what takes the time."""
    await questions_are_answered(emulator)
    await pictures_are_captioned(emulator)


async def questions_are_answered(emulator: Emulator) -> None:
    asked = some(questions(True), QUESTIONS)
    began = time.monotonic()
    replies = await ask(emulator, [(one.picture, one.question) for one in asked])
    seconds = time.monotonic() - began
    said, wanted = [answer_in(reply) for reply in replies], [one.answer for one in asked]
    alone = direct_answers(VISUAL_QA, asked, as_jpeg)
    print(
        f"\nanswers right: {right(said, wanted)} of {len(asked)} in the chat, {right(alone, wanted)} asked directly;"
        f" {seconds:.1f} s with the start"
    )
    assert None not in said, replies[said.index(None)]
    assert said == alone
    assert right(said, wanted) >= 0.98 * len(asked)


async def pictures_are_captioned(emulator: Emulator) -> None:
    known = some(list(captions(True).items()), QUESTIONS)
    replies = await ask(emulator, [(at, None) for at, _ in known])
    said, wanted = [caption_in(reply) for reply in replies], [caption for _, caption in known]
    alone = direct_captions(CAPTIONER, [at for at, _ in known], as_jpeg)
    print(f"\ncaptions exact: {right(said, wanted)} of {len(known)} in the chat, {right(alone, wanted)} asked directly")
    assert None not in said, replies[said.index(None)]
    assert said == alone
    assert right(said, wanted) >= 0.97 * len(known)
