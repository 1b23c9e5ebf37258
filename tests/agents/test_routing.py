"""Every decision is pure, rests on what models declare, and carries its reason."""

from __future__ import annotations

import pytest

from agents.asked import asked_in
from agents.models.scripted import ScriptedSense
from agents.ports import Card, LanguageModelCard, Senses
from agents.questions import QuestionKind
from agents.routing import Way, course, plan, remembered, to_ask
from agents.values import ObservationKind, Outcome, Photo, Role, Text, Turn, Utterance, Voice
from tests.agents.samples import answer, caption, line, nothing, transcript

LLM = LanguageModelCard("scripted:echo", 4000, 2000, 256)
LABELS = Card("scripted:caption", sentences=False)
ALL = Senses(
    ScriptedSense(card=Card("scripted:transcript")),
    ScriptedSense(card=LABELS),
    ScriptedSense(card=Card("scripted:ocr")),
    ScriptedSense(card=Card("scripted:vqa")),
)
EMBEDDED = Senses(ALL.transcriber, ALL.captioner, ALL.text_reader)
PHOTO, VOICE = Photo(b"p"), Voice(b"v")


def way(question: str, *observations, senses: Senses = EMBEDDED) -> tuple[Way, QuestionKind | None, bool]:
    turn = Turn((PHOTO, Text(question)) if question else (PHOTO,))
    asked = asked_in(turn, observations, senses)
    chosen = course(turn, asked, observations, senses, LLM)
    assert all(decision.reason for decision in chosen.decisions)
    return chosen.way, chosen.kind, chosen.unseen


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


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("", (Way.TELL, None, False)),
        ("What is this?", (Way.TELL, QuestionKind.NAME, False)),
        ("How much is the tea?", (Way.GROUNDED, QuestionKind.TEXT, False)),
        ("How many people are there?", (Way.TELL, QuestionKind.COUNT, True)),
        ("What colour is the car?", (Way.TELL, QuestionKind.COLOUR, True)),
        ("Who is this?", (Way.TELL, QuestionKind.PERSON, True)),
        ("What should I have?", (Way.GROUNDED, QuestionKind.OPEN, False)),
        ("Is it open on Sunday?", (Way.TELL, QuestionKind.OPEN, False)),
        ("What does the sign say?", (Way.TELL, QuestionKind.TEXT, False)),
        ("Translate this please", (Way.TELL, QuestionKind.TEXT, False)),
    ],
)
def test_the_way_of_a_question_over_a_photo_with_text(question: str, expected: tuple) -> None:
    assert way(question, caption("menu"), line("Tea 3")) == expected


def test_with_visual_question_answering_seeing_questions_go_to_the_language_model() -> None:
    seen = (caption("church"), answer("three"))
    assert way("How many people are there?", *seen, senses=ALL) == (Way.GROUNDED, QuestionKind.COUNT, False)
    failed = (caption("church"), nothing(ObservationKind.ANSWER, Outcome.FAILED))
    assert way("How many people are there?", *failed, senses=ALL) == (Way.TELL, QuestionKind.COUNT, False)


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


def test_a_question_about_text_without_a_model_that_reads_is_unseen() -> None:
    blind = Senses(captioner=ALL.captioner)
    assert way("What does the sign say?", caption("street sign"), senses=blind) == (Way.TELL, QuestionKind.TEXT, True)


def test_what_was_spoken_counts_as_asked_only_when_it_was_heard_well() -> None:
    turn = Turn((VOICE,), locale="de")
    sure = asked_in(turn, [transcript("How are you?")], EMBEDDED)
    assert (sure.words, sure.unsure, sure.language) == ("How are you?", False, "en")
    unsure = asked_in(turn, [transcript("你好吗", "zh", 0.4)], EMBEDDED)
    assert (unsure.words, unsure.unsure, unsure.language) == ("", True, "zh")
    assert course(turn, unsure, [], EMBEDDED, LLM).way is Way.TELL


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


def test_only_the_last_few_turns_are_looked_through_for_a_photo() -> None:
    shown = Utterance(Role.USER, "look", (caption("espresso"),))
    talk = [Utterance(Role.USER, "hi"), Utterance(Role.ASSISTANT, "hello")]
    assert remembered([shown, *talk]) == shown.observations
    assert remembered([shown, *talk * 3]) == ()
    assert remembered([]) == ()
