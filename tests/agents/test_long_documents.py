"""Long documents: looked through beside the event loop, which goes on meanwhile, and only as often as needed."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterable

import pytest

from agents import passages
from agents.kept import Kept
from agents.values import Document, Observation, ObservationKind, Role, Utterance, Voice
from tests.agents.house import House, finding, voice
from tests.agents.test_document_turns import long_text
from tests.agents.test_following_up import after

_LONG = 20_000  # characters
_PATIENCE = 20.0  # seconds until a loop that does not go on counts as stopped
ZH = "".join(f"第{n}段讲的是天气、河流和古老的桥梁，没有别的内容。\n" for n in range(1_200))
QUESTION = "天气和桥梁怎么样？"


class Looks:
    """What went through long texts, and whether the event loop went round meanwhile."""

    def __init__(self) -> None:
        self.ticked: list[bool] = []
        self._loop = asyncio.get_running_loop()

    def at(self, text: str) -> None:
        if len(text) > _LONG:
            self.ticked.append(self._goes_round())

    def _goes_round(self) -> bool:
        if threading.current_thread() is threading.main_thread():
            return False
        round_ = threading.Event()
        self._loop.call_soon_threadsafe(round_.set)
        return round_.wait(_PATIENCE)


@pytest.fixture
async def looks(monkeypatch: pytest.MonkeyPatch) -> Looks:
    found = Looks()
    split, hostile = passages.passages, passages.reads_like_instructions

    def splitting(text: str) -> list[str]:
        found.at(text)
        return split(text)

    def reading(texts: Iterable[str]) -> bool:
        texts = list(texts)
        found.at("".join(texts))
        return hostile(texts)

    monkeypatch.setattr(passages, "passages", splitting)
    monkeypatch.setattr(passages, "reads_like_instructions", reading)
    monkeypatch.setattr(passages, "_kept", Kept(4_000_000))
    return found


def documents(many: int) -> list[Document]:
    return [Document(f"{place}\n{ZH}".encode()) for place in range(many)]


async def test_the_loop_goes_on_while_a_template_looks_through_many_documents(looks: Looks) -> None:
    answered = await House(["蒂芙尼三百美元。"]).ask(*documents(10), QUESTION)
    assert answered.reply.guarded
    assert len(looks.ticked) >= 20 and all(looks.ticked)


async def test_the_loop_goes_on_while_a_template_answers_at_once(looks: Looks) -> None:
    answered = await House().ask(*documents(2), f"翻译成英文：{QUESTION}")
    assert "我在文件里读到" in answered.reply.text
    assert looks.ticked and all(looks.ticked)


async def test_the_loop_goes_on_with_many_documents_in_the_history(looks: Looks) -> None:
    house = House(["It speaks of weather."] * 2)
    history = [utterance for turn in range(12) for utterance in _earlier(turn)]
    await house.ask(Document(long_text("x")), "What about the weather?", history=history)
    assert len(looks.ticked) >= 36 and all(looks.ticked)
    before = len(looks.ticked)
    await house.ask("Thanks", history=history)
    assert len(looks.ticked) <= before + 6  # for the latest three; what was found for the history is still known
    assert all(looks.ticked)


def _earlier(turn: int) -> list[Utterance]:
    read = [
        Observation(ObservationKind.DOCUMENT_TEXT, f"{turn} {p}\n{ZH}", 1.0, "plain-text", 0.0, p) for p in (0, 1, 2)
    ]
    return [Utterance(Role.USER, f"天气{turn}？", tuple(read)), Utterance(Role.ASSISTANT, "好")]


async def test_the_loop_goes_on_when_the_question_is_spoken(looks: Looks) -> None:
    house = House(["天气、河流和古老的桥梁。"] * 2, transcript=[finding(QUESTION, language="zh")])
    for parts in ([*documents(1), voice()], [*documents(1), voice(), "河流呢？"]):
        answered = await house.ask(*parts)
        history = after(answered, Document(b""), Voice(b""))
        await house.ask("那边的古老桥梁怎么样？", history=history)
    assert looks.ticked and all(looks.ticked)


async def test_the_passages_of_one_question_are_found_once(looks: Looks) -> None:
    house = House(["天气、河流和古老的桥梁。"] * 2, transcript=[finding(QUESTION, language="zh")])
    answered = await house.ask(*documents(1), voice())
    assert not answered.reply.guarded
    assert len(looks.ticked) == 2  # once for instructions, once for what is near


def counted(texts: list[str]) -> Callable[[], str]:
    return lambda: texts.pop()


def test_kept_texts_go_once_there_is_no_room_and_a_source_is_not_copied() -> None:
    kept, texts = Kept(2_500), ["third", "second", "x" * 1_000, "y" * 1_000]
    assert kept.of(1, "source", counted(texts)) == kept.of(1, "source", counted(texts)) == "y" * 1_000
    assert kept.of(2, "source", counted(texts)) == "x" * 1_000
    assert kept.of(1, "source", counted(texts)) == "y" * 1_000
    assert kept.of(3, "second", counted(texts)) == "second"  # goes in beside, and the one asked for least goes
    assert kept.of(2, "source", counted(texts)) == "third"
    source = "z" * 100_000
    assert kept.of(4, source, lambda: source) is source
    assert kept.of(4, source, counted(texts)) is source
