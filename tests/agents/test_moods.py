"""Moods are told beside the answer: nothing waits for them, and nothing runs where the profile has no such model."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict

import pytest

from agents.assistant import Assistant, Limits
from agents.errors import ModelCrashed
from agents.models.scripted import ScriptedLLM, ScriptedSense
from agents.ports import Card, Senses, Sound
from agents.routing import plan
from agents.values import Answered, Observation, ObservationKind, Outcome, Perceived, Role, Text, Turn, Utterance, Voice
from bot.texts import Texts
from tests.agents.house import House, finding, gist, photo, voice

PATIENT = Limits(mood_grace=30)


def moods(answered: Answered) -> list[tuple[ObservationKind, str, int, Outcome]]:
    return [(o.kind, o.text, o.part, o.outcome) for o in answered.observations if o.kind.is_of_mood]


async def test_the_mood_of_typed_words_is_told() -> None:
    house = House(["Great!"], sentiment=["positive"], limits=PATIENT)
    answered = await house.ask(Text("old words", quoted=True), "I love this!")
    assert moods(answered) == [(ObservationKind.SENTIMENT, "positive", 1, Outcome.PERCEIVED)]
    assert answered.reply.text == "Great!"
    assert house.senses.sentiment_reader.items == ["I love this!"]  # type: ignore[union-attr]
    assert "sentiment of part 1: use scripted:sentiment" in gist(answered)
    assert "perceive sentiment" in [step.name for step in answered.trace.steps]
    assert [e.observation.kind for e in house.events if isinstance(e, Perceived)] == [ObservationKind.SENTIMENT]


async def test_the_moods_of_a_recording_are_those_of_its_words_and_its_voice() -> None:
    house = House(
        ["Hello!"], transcript=[finding("Hi there", 0.9, "en")], sentiment=["neutral"], emotion=["happy", "calm"],
        limits=PATIENT,
    )  # fmt: skip
    answered = await house.ask(photo(), voice())
    assert sorted(moods(answered)) == [
        (ObservationKind.EMOTION, "happy", 1, Outcome.PERCEIVED),
        (ObservationKind.SENTIMENT, "neutral", 1, Outcome.PERCEIVED),
    ]
    assert house.senses.sentiment_reader.items == ["Hi there"]  # type: ignore[union-attr]
    assert isinstance(house.senses.emotion_reader.items[0], Sound)  # type: ignore[union-attr]
    assert answered.observations[answered.reply.rests_on[-1]].text == "Hi there"


async def test_what_is_quoted_is_not_the_mood_of_the_sender() -> None:
    house = House(["Fine."], transcript=["So sad"], sentiment=["negative"], emotion=["sad"], limits=PATIENT)
    answered = await house.ask(voice(quoted=True), Text("bad", quoted=True))
    assert moods(answered) == []
    assert house.senses.sentiment_reader.items == []  # type: ignore[union-attr]


async def test_the_answer_does_not_wait_for_a_mood() -> None:
    slow = ScriptedSense([finding("positive")], card=Card("scripted:sentiment"), seconds=600)
    house = House(["Hello!"], sentiment=slow)
    async with asyncio.timeout(60):
        answered = await house.ask("Hi there, you")
    assert answered.reply.text == "Hello!"
    assert [(kind, outcome) for kind, _, _, outcome in moods(answered)] == [(ObservationKind.SENTIMENT, Outcome.LATE)]
    assert answered.observations[-1].model == "scripted:sentiment"
    assert answered.observations[-1].seconds > 0
    assert [(s.model, s.error) for s in answered.trace.steps if s.name == "perceive sentiment"] == [
        ("scripted:sentiment", "model-late")
    ]
    assert [e.observation.outcome for e in house.events if isinstance(e, Perceived)] == [Outcome.LATE]
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_it_is_read_while_the_answer_is_made() -> None:
    asked = asyncio.Event()

    class Waiting(ScriptedSense[str]):
        async def perceive(self, item: str) -> list:
            await asked.wait()
            return [finding("positive")]

    def reply(_: object) -> str:
        asked.set()
        return "Hello!"

    house = House(reply, sentiment=Waiting(card=Card("scripted:sentiment")), limits=PATIENT)
    assert moods(await house.ask("Hi there, you"))[0][1] == "positive"


@pytest.mark.parametrize(
    ("sentiment", "outcome"), [(ModelCrashed("s"), Outcome.FAILED), ([], Outcome.NOTHING), (["?"], Outcome.PERCEIVED)]
)
async def test_a_mood_that_fails_is_an_observation_and_changes_nothing(sentiment: object, outcome: Outcome) -> None:
    house = House(["Hello!"], sentiment=sentiment, limits=PATIENT)
    answered = await house.ask("Hi there, you")
    assert answered.reply.text == "Hello!"
    assert [found[-1] for found in moods(answered)] == [outcome]


async def test_a_stopped_turn_leaves_nothing_running() -> None:
    slow = ScriptedSense([finding("positive")], card=Card("scripted:sentiment"), seconds=600)
    assistant = Assistant(Senses(sentiment_reader=slow), ScriptedLLM.of(["word " * 50], seconds=600), Texts())
    stop = asyncio.Event()
    events = []
    async for event in assistant.answer(Turn((Text("Hi there"),)), stop=stop):
        events.append(event)
        stop.set()
    assert isinstance(events[-1], Answered)
    assert events[-1].reply.stopped
    assert moods(events[-1]) == []
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_without_such_models_nothing_is_done_or_noted() -> None:
    turn = Turn((Text("hi"), Voice(b"v")))
    assert "sentiment" not in json.dumps([asdict(d) for d in plan(turn, Senses()).decisions])
    answered = await House(["Hello!"], transcript=["Hi"]).ask(voice(), "Hi")
    assert all(o.kind is ObservationKind.TRANSCRIPT for o in answered.observations)
    assert not any("sentiment" in step.name or "emotion" in step.name for step in answered.trace.steps)


async def test_moods_of_the_past_are_neither_told_to_the_model_nor_taken_for_photos() -> None:
    mood = Observation(ObservationKind.SENTIMENT, "positive", 0.9, "scripted:sentiment", 0.1, 0)
    tone = Observation(ObservationKind.EMOTION, "happy", 0.9, "scripted:emotion", 0.1, 0)
    history = [Utterance(Role.USER, "I got the job", (mood, tone)), Utterance(Role.ASSISTANT, "Congratulations!")]
    plain = [Utterance(Role.USER, "I got the job"), history[1]]
    with_moods, without = House(["Yes, it is."]), House(["Yes, it is."])
    assert (await with_moods.ask("Is it good?", history=history)).reply.text == "Yes, it is."
    await without.ask("Is it good?", history=plain)
    assert with_moods.prompt == without.prompt
