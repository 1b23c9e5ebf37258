"""What must really work, on the real embedded models: nothing here is scripted."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
import pytest_asyncio
from PIL import Image

from agents.assistant import Assistant
from agents.values import Answered, Outcome, Photo, Role, Text, Turn, Utterance, Video, Voice
from bot.models import Models
from bot.settings import Settings
from bot.texts import Texts
from tests.pictures import CHINESE_MENU, menu, sign
from tests.videos import clip

pytestmark = [pytest.mark.embedded, pytest.mark.asyncio(loop_scope="module")]

VOICES = Path(__file__).parent.parent / "data" / "voices"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def models() -> AsyncIterator[Models]:
    models = Models(Settings(_env_file=None, profile="embedded"))
    models.opening = Assistant(models.senses, models.llm, Texts()).opening()
    await models.load()
    yield models
    await models.stop()


@pytest.fixture
def assistant(models: Models) -> Assistant:
    return Assistant(models.senses, models.llm, Texts())


async def ask(assistant: Assistant, *parts: object, history: Sequence[Utterance] = ()) -> Answered:
    turn = Turn(tuple(Text(part) if isinstance(part, str) else part for part in parts))  # type: ignore[misc]
    async for event in assistant.answer(turn, history):
        if isinstance(event, Answered):
            return event
    raise AssertionError("a turn ended without an answer")


def spoken(name: str, *, quoted: bool = False) -> Voice:
    return Voice((VOICES / f"{name}.ogg").read_bytes(), "audio/ogg", quoted)


async def conversation(assistant: Assistant, *texts: str) -> str:
    """The last answer of a conversation."""
    history: list[Utterance] = []
    reply = ""
    for text in texts:
        reply = (await ask(assistant, text, history=history)).reply.text
        history += [Utterance(Role.USER, text), Utterance(Role.ASSISTANT, reply)]
    return reply


async def test_name_and_city_are_remembered(assistant: Assistant) -> None:
    reply = await conversation(
        assistant, "Hello! My name is Anna and I live in Lyon.", "What is my name and where do I live?"
    )
    assert "Anna" in reply
    assert "Lyon" in reply


async def test_name_and_city_are_remembered_in_chinese(assistant: Assistant) -> None:
    reply = await conversation(assistant, "你好，我叫小明，我住在上海。", "我叫什么名字？我住在哪里？")
    assert "小明" in reply
    assert "上海" in reply


async def test_the_price_on_its_line_is_found(assistant: Assistant) -> None:
    answered = await ask(assistant, Photo(menu()), "How much are the noodles?")
    assert "28" in answered.reply.text
    assert not {"22", "25", "8"} & set(answered.reply.text.replace(".", " ").split())


async def test_the_price_on_its_line_is_found_in_chinese(assistant: Assistant) -> None:
    answered = await ask(assistant, Photo(menu(CHINESE_MENU)), "牛肉面多少钱？")
    assert "28" in answered.reply.text
    assert "25" not in answered.reply.text


async def test_the_text_of_a_sign_is_told(assistant: Assistant) -> None:
    answered = await ask(assistant, Photo(sign("SALE 50%")), "What does the sign say?")
    assert "SALE 50%" in answered.reply.text.upper()


async def test_a_spoken_question_about_a_photo_gets_one_fused_answer(assistant: Assistant) -> None:
    answered = await ask(assistant, Photo(sign("SALE 50%"), quoted=True), spoken("en-sign"))
    heard, _, answer = answered.reply.text.partition("\n\n")
    assert heard.startswith("I heard (English):")
    assert "sign" in heard
    assert "SALE 50%" in answer.upper()


@pytest.mark.parametrize(
    ("question", "plainly"), [("How many people are there?", "I cannot tell how many"), ("有几个人？", "我看不出")]
)
async def test_what_cannot_be_seen_is_said_plainly(assistant: Assistant, question: str, plainly: str) -> None:
    answered = await ask(assistant, Photo(sign("SALE 50%")), question)
    assert answered.reply.text.startswith(plainly)
    assert "PARLEY_VQA" in answered.reply.text


async def test_a_voice_note_is_shown_with_its_language_and_answered(assistant: Assistant) -> None:
    answered = await ask(assistant, spoken("en-name"))
    assert answered.reply.text.startswith("I heard (English): “")
    assert len(answered.reply.text.split("\n\n")) >= 2
    french = await ask(assistant, spoken("fr-coffee"))
    assert "(French)" in french.reply.text
    assert french.observations[0].outcome is Outcome.PERCEIVED


async def test_a_short_video_is_told_by_what_is_written_and_said_in_it(assistant: Assistant) -> None:
    board = Image.open(io.BytesIO(sign("SALE 50%"))).convert("RGB").resize((640, 360))
    said = (VOICES / "en-noodles.ogg").read_bytes()
    answered = await ask(assistant, Video(clip([board], said=said)))
    assert "SALE 50%" in answered.reply.text
    assert "somebody says in it: “How much are the noodles" in answered.reply.text
