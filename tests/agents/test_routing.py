"""Every decision is pure, rests on what models declare, and carries its reason."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agents.asked import asked_in
from agents.models.scripted import ScriptedSense
from agents.ports import Card, LanguageModelCard, Senses
from agents.routing import plan, to_ask
from agents.values import ObservationKind, Photo, Text, Turn, Unread, UnreadReason, Voice
from tests.agents.samples import ALL, EMBEDDED

PHOTO, VOICE = Photo(b"p"), Voice(b"v")
SEES = LanguageModelCard("scripted:sees", 16_000, 8_000, 256, images=True)


@pytest.mark.parametrize(
    ("parts", "kinds"),
    [
        ((Text("hi"),), []),
        ((PHOTO,), [ObservationKind.CAPTION, ObservationKind.TEXT_IN_IMAGE]),
        ((VOICE,), [ObservationKind.TRANSCRIPT]),
        (
            (PHOTO, VOICE, Text("hi")),
            [ObservationKind.CAPTION, ObservationKind.TEXT_IN_IMAGE, ObservationKind.TRANSCRIPT],
        ),
    ],
)
def test_each_part_gets_the_senses_it_needs(parts: tuple, kinds: list[ObservationKind]) -> None:
    planned = plan(Turn(parts), ALL)
    assert [item.kind for item in planned.senses] == kinds
    assert all(decision.reason for decision in planned.decisions)
    assert planned.decisions


def test_a_missing_model_is_a_decision_too() -> None:
    planned = plan(Turn((PHOTO, VOICE)), Senses())
    assert planned.senses == ()
    assert [decision.choice for decision in planned.decisions] == ["skip"] * 3


def test_a_sender_whose_language_the_model_does_not_know_is_noted() -> None:
    senses = Senses(transcriber=ScriptedSense(card=Card("scripted:transcript", languages=frozenset({"en"}))))
    reasons = [plan(Turn((VOICE,), locale=locale), senses).decisions[0].reason for locale in ("zh-CN", "en-GB", None)]
    assert ["misheard" in reason for reason in reasons] == [True, False, False]


def test_visual_question_answering_is_asked_only_when_there_is_something_to_ask() -> None:
    turn = Turn((PHOTO, Text("What colour is it?"), PHOTO))
    photos, decision = to_ask(turn, asked_in(turn, (), ALL), ALL)
    assert photos == (0, 2)
    assert decision
    assert "colour" in decision.reason
    for other in (Turn((PHOTO,)), Turn((Text("Hi"),)), Turn((PHOTO, Text("How much is the tea?")))):
        assert to_ask(other, asked_in(other, (), ALL), ALL)[0] == ()
    without_reader = Senses(ALL.transcriber, ALL.captioner, None, ALL.visual_qa)
    text = Turn((PHOTO, Text("How much is the tea?")))
    assert to_ask(text, asked_in(text, (), without_reader), without_reader)[0] == (0,)


@pytest.mark.parametrize(
    ("words", "choice", "reason"),
    [
        ("How many are there?", "use scripted:vqa", "only this answer comes with how sure it is"),
        ("Is it a cat?", "use scripted:vqa", "only this answer"),
        ("What is this?", "skip", "no short answer is asked for"),
        ("Write a poem about it", "skip", "no short answer is asked for"),
        ("How much is the tea?", "skip", "which is read"),
        ("Nice, my favourite!", "skip", "nothing is asked"),
    ],
)
def test_beside_a_model_that_sees_only_short_answers_are_asked_for(words: str, choice: str, reason: str) -> None:
    turn = Turn((PHOTO, Text(words)))
    _, decision = to_ask(turn, asked_in(turn, (), ALL), ALL, SEES)
    assert decision
    assert decision.choice == choice
    assert reason in decision.reason


def test_one_model_for_both_is_asked_twice_only_because_one_answer_tells_how_sure_it_is() -> None:
    turn = Turn((PHOTO, Text("How many are there?")))
    _, decision = to_ask(turn, asked_in(turn, (), ALL), ALL, replace(SEES, reference="scripted:vqa"))
    assert decision
    assert "the same model answers in words, but only this answer" in decision.reason


def test_a_language_visual_question_answering_does_not_know_is_a_reason_to_skip_it() -> None:
    english = replace(ALL, visual_qa=ScriptedSense(card=Card("scripted:vqa", languages=frozenset({"en"}))))
    for words, photos in (("有几个人？", ()), ("How many?", (0,))):
        turn = Turn((PHOTO, Text(words)), locale="zh")
        assert to_ask(turn, asked_in(turn, (), english), english)[0] == photos


def test_moods_are_planned_for_what_the_person_said_themselves() -> None:
    senses = replace(ALL, sentiment_reader=ScriptedSense(), emotion_reader=ScriptedSense())
    turn = Turn((Text("old", quoted=True), Text("hi"), PHOTO, VOICE, Unread("poll", UnreadReason.UNSUPPORTED)))
    about = [decision.about for decision in plan(turn, senses).decisions]
    assert about[-3:] == ["sentiment of part 1", "sentiment of part 3", "emotion of part 3"]


@pytest.mark.parametrize(
    ("words", "locale", "language"),
    [
        ("How are you?", "zh-hans", "en"),
        ("你好", "en", "zh"),
        ("ok", "zh-hans", "zh"),
        ("12", None, "en"),
        ("こんにちは世界", None, "en"),
    ],
)
def test_the_reply_is_in_the_language_of_what_was_asked(words: str, locale: str | None, language: str) -> None:
    assert asked_in(Turn((Text(words),), locale=locale), (), EMBEDDED).language == language
