"""Whole turns with voice notes over scripted models: what was heard is shown, and doubted where it is doubtful."""

from __future__ import annotations

from agents.models.scripted import ScriptedSense
from agents.ports import Card
from agents.values import (
    ObservationKind,
)
from tests.agents.house import House, finding, photo, voice


async def test_a_voice_note_is_shown_and_answered() -> None:
    house = House(["Sunny and warm."], transcript=[finding("How are you today?", 0.9, "en")])
    answered = await house.ask(voice())
    assert answered.reply.text == "I heard (English): “How are you today?”\n\nSunny and warm."
    assert house.prompt[-1] == "How are you today?"


async def test_the_language_of_a_voice_note_is_named_and_answered_in() -> None:
    house = House(["今天晴天。"], transcript=[finding("你喜欢晴天吗", 0.9, "zh")])
    assert (await house.ask(voice())).reply.text == "我听到的是（中文）：“你喜欢晴天吗”\n\n今天晴天。"
    house = House(["Il fait beau."], transcript=[finding("Quel temps fait-il ?", 0.9, "fr")])
    assert (await house.ask(voice())).reply.text.startswith("I heard (French): “Quel temps fait-il ?”")


async def test_a_denial_of_hearing_is_not_passed_on() -> None:
    house = House(["As a text-based AI, I cannot listen to audio."], transcript=[finding("Good morning", 0.9, "en")])
    answered = await house.ask(voice())
    assert "AI" not in answered.reply.text
    assert answered.reply.text.startswith("I heard (English): “Good morning”")
    assert answered.reply.guarded


async def test_silence_is_called_silence() -> None:
    house = House(transcript=[])
    assert (await house.ask(voice())).reply.text.startswith("I heard no speech in this recording.")
    assert (await house.ask(voice(), locale="zh-hans")).reply.text.startswith("这段录音里我没有听到说话声")
    assert house.llm.prompts == []


async def test_what_was_half_heard_is_asked_back() -> None:
    house = House(transcript=[finding("meet me at the bank", 0.45, "en")])
    answered = await house.ask(voice())
    assert "I think you said (English): “meet me at the bank” Is that right?" in answered.reply.text
    assert house.llm.prompts == []


async def test_speech_in_a_language_the_model_does_not_know_is_not_taken_for_sure() -> None:
    card = Card("scripted:transcript", languages=frozenset({"en"}))
    house = House(transcript=ScriptedSense([finding("knee how", 0.9, "zh")], card=card))
    assert "您说的好像是" in (await house.ask(voice())).reply.text
    answered = await house.ask(voice(), locale="de")
    assert any("not de" in decision.reason for decision in answered.trace.route)


async def test_voice_and_photo_are_fused_into_one_answer() -> None:
    house = House(
        ["This is Baker Street."], transcript=[finding("What street is this?", 0.9, "en")], ocr=["BAKER STREET"]
    )
    answered = await house.ask(photo(quoted=True), voice())
    assert answered.reply.text == "I heard (English): “What street is this?”\n\nThis is Baker Street."
    assert house.prompt[-1] == 'The photo says:\n"BAKER STREET"\n\nWhat street is this?'
    assert [o.kind for o in answered.observations] == [ObservationKind.TEXT_IN_IMAGE, ObservationKind.TRANSCRIPT]


async def test_a_question_about_a_quoted_recording_rests_on_its_transcript() -> None:
    house = House(["She arrives at 9 with Bob."], transcript=[finding("I arrive at 9", 0.9, "en")])
    answered = await house.ask(voice(quoted=True), "When does she arrive?")
    assert "Bob" not in answered.reply.text
    assert answered.reply.text.startswith("I heard (English): “I arrive at 9”")
    house = House(["She arrives at 9."], transcript=[finding("I arrive at 9", 0.9, "en")])
    answered = await house.ask(voice(quoted=True), "When does she arrive?")
    assert answered.reply.text == "I heard (English): “I arrive at 9”\n\nShe arrives at 9."
