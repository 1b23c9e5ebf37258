"""Questions about a video or a document that came some turns before: answered from it, and held to it."""

from __future__ import annotations

import pytest

from agents.values import Answered, Document, Part, Role, Text, Utterance, Video
from tests.agents.house import House, gist, photo, read
from tests.agents.test_document_turns import LETTER, MENU, long_text
from tests.agents.test_video_turns import SPOKEN, captions, speech


def after(answered: Answered, *parts: Part) -> list[Utterance]:
    """The history once this was answered."""
    return [Utterance.of(parts, answered.observations), Utterance(Role.ASSISTANT, answered.reply.text)]


async def of_video(*replies: str) -> tuple[House, list[Utterance]]:
    house = House(replies, caption=captions("a man", "a man"), transcript=speech("the meeting is on Friday"), ocr=[])
    return house, after(await house.ask(Video(SPOKEN)), Video(b""))


async def of_menu(*replies: str) -> tuple[House, list[Utterance]]:
    house = House(["Fried rice costs 22.", *replies])
    answered = await house.ask(MENU, "How much is the fried rice?")
    return house, after(answered, Document(b""), Text("How much is the fried rice?"))


@pytest.mark.parametrize(
    "question",
    [
        "What did he say?",
        "What did he say in the video?",
        "Summarise the video",
        "When was the meeting again?",
        "Who is it for?",
        "视频里说了什么？",
    ],
)
async def test_what_is_said_in_a_video_is_still_known_when_it_is_asked_about_later(question: str) -> None:
    house, history = await of_video("The meeting is on Friday." if question.isascii() else "“the meeting is on Friday”")
    answered = await house.ask(question, history=history)
    assert "earlier video: use" in gist(answered)
    assert "Friday" in answered.reply.text
    assert "photo" not in answered.reply.text


async def test_an_invention_about_an_earlier_video_is_not_sent() -> None:
    house, history = await of_video("He says it cost 300 dollars at Tiffany.")
    answered = await house.ask("What did he say?", history=history)
    assert answered.reply.guarded
    assert "somebody says in it: “the meeting is on Friday”" in answered.reply.text


async def test_an_invented_price_of_an_earlier_menu_is_not_sent() -> None:
    house, history = await of_menu("The beef noodles cost 99 dollars.")
    answered = await house.ask("And how much are the beef noodles?", history=history)
    assert answered.reply.guarded
    assert answered.reply.text == "In the document I read:\ndish,price\nBeef noodles,28\nFried rice,22"
    assert "earlier document: use" in gist(answered)


async def test_it_is_the_same_in_chinese() -> None:
    menu = Document("菜,价\n牛肉面,28\n炒饭,22\n".encode(), "text/csv", "menu.csv")
    house = House(["炒饭22。", "牛肉面99。", "牛肉面28。", "巴黎。"])
    history = after(await house.ask(menu, "炒饭多少钱？"), Document(b""), Text("炒饭多少钱？"))
    wrong = await house.ask("那牛肉面多少钱？", history=history)
    assert wrong.reply.guarded and "牛肉面,28" in wrong.reply.text
    assert (await house.ask("那牛肉面多少钱？", history=history)).reply.text == "牛肉面28。"
    assert (await house.ask("法国的首都是哪里？", history=history)).reply.text == "巴黎。"


async def test_what_is_to_be_seen_in_an_earlier_video_is_not_made_up() -> None:
    house, history = await of_video("His shirt is red.")
    answered = await house.ask("What colour is his shirt in the video?", history=history)
    assert answered.reply.text.startswith("I cannot tell what colour it is: the models set up here do not answer such")
    assert "photos or videos" in answered.reply.text


@pytest.mark.parametrize("reply", ["It is on Monday at Tiffany.", "It is on Friday."])
async def test_a_question_that_points_at_a_document_just_sent_is_answered_from_it(reply: str) -> None:
    house = House([reply])
    history = after(await house.ask(Document(LETTER.encode())), Document(b""))
    answered = await house.ask("When is it?", history=history)
    assert answered.reply.guarded is ("Monday" in reply)
    assert "Friday" in answered.reply.text


async def test_the_price_on_an_earlier_menu_is_sent() -> None:
    house, history = await of_menu("The beef noodles cost 28.")
    answered = await house.ask("And how much are the beef noodles?", history=history)
    assert answered.reply.text == "The beef noodles cost 28."


@pytest.mark.parametrize(
    "words", ["Thanks!", "What is the capital of France?", "I love beef noodles.", "Tell me a joke"]
)
async def test_conversation_after_a_document_stays_conversation(words: str) -> None:
    house, history = await of_menu("Paris, by the way.")
    answered = await house.ask(words, history=history)
    assert answered.reply.text == "Paris, by the way."
    assert "earlier document" not in gist(answered)


async def test_of_a_long_document_an_answer_is_held_to_the_passages_that_are_shown() -> None:
    house = House(["It speaks of weather.", "The treasure lies under the oak.", "Treasure 77 lies under the oak."])
    question = "What does it say about the weather?"
    first = await house.ask(Document(long_text("The treasure lies under the oak.")), question)
    history = after(first, Document(b""), Text(question))
    right = await house.ask("Where does the treasure lie?", history=history)
    assert '"The treasure lies under the oak."' in house.prompt[-1]
    assert right.reply.text == "The treasure lies under the oak."
    wrong = await house.ask("Where does the treasure lie?", history=history)
    assert wrong.reply.guarded and "77" not in wrong.reply.text
    assert "The treasure lies under the oak." in wrong.reply.text


async def test_an_earlier_photo_is_still_found_behind_a_document() -> None:
    house = House(["On Friday."], caption=["menu"], ocr=read("Beef noodles 28", "Fried rice 22"))
    shown = after(await house.ask(photo()), photo())
    sent = after(await house.ask(Document(LETTER.encode()), "When is the meeting?"), Document(b""))
    answered = await house.ask("What does the photo say?", history=[*shown, *sent])
    assert "earlier photo: use" in gist(answered)
    assert "Beef noodles 28" in answered.reply.text
