"""Whole turns in which senses or the language model fail: the person is told, and what worked is used."""

from __future__ import annotations

import pytest

from agents.errors import ModelBusy, ModelCrashed, ModelUnavailable
from agents.limits import Limits
from agents.models.scripted import Broken, ScriptedSense
from agents.ports import Card
from agents.values import (
    Outcome,
    Photo,
    Restarted,
    Text,
    Unread,
    UnreadReason,
    Voice,
)
from tests.agents.house import House, finding, photo, voice

MENU = ["GOLDEN DRAGON", "Beef noodles 28", "Dumplings 15"]


async def test_one_failing_sense_leaves_the_other_its_say() -> None:
    house = House(caption=ModelCrashed("scripted:caption"), ocr=["SALE"])
    answered = await house.ask(photo())
    assert "The text in it reads: “SALE”" in answered.reply.text
    assert "I could not look at what it shows" in answered.reply.text
    failed = answered.observations[0]
    assert (failed.outcome, failed.confidence) == (Outcome.FAILED, 0.0)
    assert failed.text.startswith("could not")


async def test_a_late_sense_is_an_observation_too() -> None:
    slow = ScriptedSense([finding("espresso")], card=Card("scripted:caption"), seconds=30)
    answered = await House(caption=slow, ocr=[], limits=Limits(sense_deadline=0.2)).ask(photo())
    assert answered.observations[0].outcome is Outcome.LATE
    assert answered.reply.text == "Looking at it took too long."


async def test_a_long_recording_is_given_time_by_its_length() -> None:
    slow = ScriptedSense([finding("hello there", 0.9, "en")], card=Card("scripted:transcript"), seconds=0.8)
    limits = Limits(sense_deadline=0.2, per_second_of_sound=0.5)
    house = House(["Hello!"], transcript=slow, limits=limits)
    assert (await house.ask(voice(seconds=0.1))).observations[0].outcome is Outcome.LATE
    assert (await house.ask(voice(seconds=2))).observations[0].outcome is Outcome.PERCEIVED


async def test_when_every_sense_fails_the_person_is_told() -> None:
    house = House(caption=ModelUnavailable("c"), ocr=ModelCrashed("o"), transcript=ModelBusy("t"))
    answered = await house.ask(photo(), voice(), "What is this?")
    assert "I have too much to listen to at this moment." in answered.reply.text
    assert "I could not look at what it shows" in answered.reply.text
    assert "I could not read the text in it" in answered.reply.text
    assert {step.error for step in answered.trace.steps if step.error} == {
        "model-unavailable",
        "model-crashed",
        "model-busy",
    }


async def test_without_models_for_a_medium_the_person_is_told_how_to_get_them() -> None:
    house = House()
    assert "PARLEY_ASR" in (await house.ask(voice())).reply.text
    assert "PARLEY_CAPTION" in (await house.ask(photo())).reply.text


@pytest.mark.parametrize(
    ("part", "text"),
    [
        (Photo(b"no image"), "I could not open this photo"),
        (Photo(b""), "This photo is an empty file"),
        (Voice(b"no sound"), "I could not open this recording"),
        (Voice(b""), "This recording is empty"),
        (voice(seconds=2), "This recording is longer than 0.01 minutes"),
    ],
)
async def test_unreadable_media_are_told_apart(part: object, text: str) -> None:
    house = House(caption=["x"], ocr=["x"], transcript=["x"], limits=Limits(max_minutes=0.01))
    answered = await house.ask(part)
    assert answered.reply.text.startswith(text)
    assert all(o.outcome is Outcome.UNREADABLE for o in answered.observations)


async def test_a_photo_with_too_many_pixels_is_refused() -> None:
    house = House(caption=["x"], ocr=["x"], limits=Limits(max_megapixels=0.0001))
    assert "more than 0.0001 megapixels" in (await house.ask(photo())).reply.text


@pytest.mark.parametrize(
    ("part", "text"),
    [
        (Unread("contact", UnreadReason.UNSUPPORTED), "I cannot take in a contact yet."),
        (Unread("poll", UnreadReason.UNSUPPORTED), "I cannot take in a poll yet."),
        (Unread("dice", UnreadReason.UNSUPPORTED), "I cannot take in a dice roll yet."),
        (Unread("hologram", UnreadReason.UNSUPPORTED), "I cannot take in this kind of message yet."),
        (Unread("voice", UnreadReason.TOO_LARGE), "I cannot take in a recording as large as that."),
        (Unread("photo", UnreadReason.GONE), "I could not fetch a photo any more."),
        (Unread("photo", UnreadReason.EMPTY), "I received a photo without content."),
        (Unread("message", UnreadReason.EMPTY), "Your message is empty."),
        (Text("  \n"), "Your message is empty."),
    ],
)
async def test_what_cannot_be_taken_in_is_declined_by_name(part: object, text: str) -> None:
    house = House()
    answered = await house.ask(part)
    assert answered.reply.text.startswith(text)
    assert house.llm.prompts == []


async def test_a_declined_part_does_not_keep_the_words_beside_it_from_being_answered() -> None:
    answered = await House(["Hello!"]).ask(Unread("sticker", UnreadReason.UNSUPPORTED), "Hi")
    assert answered.reply.text.startswith("I cannot take in a sticker yet.")
    assert answered.reply.text.endswith("\n\nHello!")


async def test_a_turn_without_parts_is_answered() -> None:
    assert (await House().ask()).reply.text.startswith("Your message is empty.")


async def test_a_broken_stream_begins_again_once() -> None:
    house = House([Broken("Half an", ModelCrashed("scripted:echo")), "A whole answer."])
    answered = await house.ask("Hi")
    assert answered.reply.text == "A whole answer."
    assert sum(isinstance(event, Restarted) for event in house.events) == 1
    assert [step.error for step in answered.trace.steps if step.name == "answer"] == ["model-crashed", None]


async def test_a_model_that_keeps_breaking_is_told_about() -> None:
    house = House([ModelCrashed("scripted:echo")])
    answered = await house.ask("Hi")
    assert answered.reply.text.startswith("Something went wrong")
    assert len(house.llm.prompts) == 2


async def test_when_the_language_model_fails_the_observations_are_still_told() -> None:
    house = House([ModelUnavailable("scripted:echo")], caption=["menu"], ocr=MENU)
    answered = await house.ask(photo(), "How much are the noodles?")
    assert "no language model is working" in answered.reply.text
    assert "“Beef noodles 28”" in answered.reply.text
    assert len(house.llm.prompts) == 1


async def test_a_slow_language_model_is_stopped_at_its_deadline() -> None:
    house = House(["word " * 10], limits=Limits(answer_deadline=0.1))
    house.llm.chat.seconds = 20
    answered = await house.ask("Hi")
    assert answered.reply.text.startswith("Finding an answer took too long")
