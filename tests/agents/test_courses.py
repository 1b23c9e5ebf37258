"""The way a turn is answered rests on what was asked and perceived and on what models declare."""

from __future__ import annotations

import pytest

from agents.asked import asked_in
from agents.courses import Way, course, remembered
from agents.ports import LanguageModelCard, Senses
from agents.questions import QuestionKind
from agents.values import ObservationKind, Outcome, Photo, Role, Text, Turn, Utterance, Voice
from tests.agents.samples import ALL, EMBEDDED, answer, caption, line, nothing, transcript

LLM = LanguageModelCard("scripted:echo", 4000, 2000, 256)
PHOTO, VOICE = Photo(b"p"), Voice(b"v")


def way(question: str, *observations, senses: Senses = EMBEDDED) -> tuple[Way, QuestionKind | None, bool]:
    turn = Turn((PHOTO, Text(question)) if question else (PHOTO,))
    asked = asked_in(turn, observations, senses)
    chosen = course(turn, asked, observations, senses, LLM)
    assert all(decision.reason for decision in chosen.decisions)
    return chosen.way, chosen.kind, chosen.unseen


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


def test_only_the_last_few_turns_are_looked_through_for_a_photo() -> None:
    shown = Utterance(Role.USER, "look", (caption("espresso"),))
    talk = [Utterance(Role.USER, "hi"), Utterance(Role.ASSISTANT, "hello")]
    assert remembered([shown, *talk]) == [(), shown.observations]
    assert not any(remembered([shown, *talk * 3]))
    assert remembered([]) == []
