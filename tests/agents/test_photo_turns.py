"""Whole turns with photos over scripted models: what the person gets to read, and what is never left to the model."""

from __future__ import annotations

import pytest

from agents.values import (
    Outcome,
    Role,
    Utterance,
)
from tests.agents.house import House, finding, gist, photo, said, voice

MENU = ["GOLDEN DRAGON", "Beef noodles 28", "Dumplings 15"]
CHINESE_MENU = ["金龙饭店", "牛肉面 28元", "饺子 15元"]


async def test_a_photo_without_a_question_is_told_by_template_with_its_confidence() -> None:
    house = House(caption=[finding("espresso", 0.954)], ocr=[])
    answered = await house.ask(photo())
    assert answered.reply.text == "This looks like an espresso (95 % sure)."
    assert house.llm.prompts == []
    assert answered.reply.rests_on == (0,)
    assert "answer: template" in gist(answered)


async def test_readable_text_is_in_the_answer_to_a_photo() -> None:
    answered = await House(caption=[finding("street sign", 0.8)], ocr=["SALE 50%", "today"]).ask(photo())
    assert answered.reply.text == (
        "This looks like a street sign (80 % sure). The text in it reads:\n“SALE 50%”\n“today”"
    )


async def test_below_the_threshold_names_are_a_guess() -> None:
    house = House(caption=[finding("tabby", 0.42), finding("tiger cat", 0.33), finding("lynx", 0.1)], ocr=[])
    answered = await house.ask(photo())
    assert answered.reply.text.startswith("I am not sure what this shows; it might be: tabby or tiger cat (42 %")


async def test_a_photo_in_which_nothing_is_found_is_said_so() -> None:
    answered = await House(caption=[finding("thing", 0.05)], ocr=[]).ask(photo())
    assert answered.reply.text == "I cannot tell what this photo shows."
    assert {o.outcome for o in answered.observations} == {Outcome.NOTHING}


async def test_what_is_this_is_answered_with_the_label_and_its_confidence() -> None:
    house = House(["It is a wonderful latte."], caption=["espresso"], ocr=[])
    assert (await house.ask(photo(), "What is this?")).reply.text == "This looks like an espresso (95 % sure)."
    assert (await house.ask(photo(), "这是什么？")).reply.text == "这看起来像浓缩咖啡（把握 95%）。"


async def test_a_price_is_found_on_its_line() -> None:
    house = House(["The beef noodles cost 28."], caption=["menu"], ocr=MENU)
    answered = await house.ask(photo(), "How much are the noodles?")
    assert answered.reply.text == "The beef noodles cost 28."
    assert not answered.reply.guarded
    assert answered.observations[answered.reply.rests_on[-1]].text == "Beef noodles 28"
    assert '"menu"' not in house.prompt[-1]
    assert house.prompt[-1].endswith("How much are the noodles?")


@pytest.mark.parametrize(
    "invented", ["They cost 30.", "They cost 15.", "", "I cannot see images.", "牛肉面28元。", "Yes."]
)
async def test_an_invented_price_is_replaced_by_the_line_that_was_read(invented: str) -> None:
    answered = await House([invented], caption=["menu"], ocr=MENU).ask(photo(), "How much are the noodles?")
    assert answered.reply.text == "In the photo I read: “Beef noodles 28”"
    assert answered.reply.guarded
    assert next(step for step in answered.trace.steps if step.name == "guard").facts["fault"]


async def test_a_price_is_found_in_chinese() -> None:
    house = House(["牛肉面的价格是28元。"], ocr=CHINESE_MENU)
    assert (await house.ask(photo(), "牛肉面多少钱？")).reply.text == "牛肉面的价格是28元。"
    house = House(["牛肉面的价格是15元。"], ocr=CHINESE_MENU)
    assert (await house.ask(photo(), "牛肉面多少钱？")).reply.text == "我在照片中读到：“牛肉面 28元”"


async def test_what_no_model_can_see_is_said_plainly_with_the_way_to_better_models() -> None:
    house = House(["There are 10 people."], caption=["church"], ocr=[])
    answered = await house.ask(photo(), "How many people are there?")
    assert "I cannot tell how many there are" in answered.reply.text
    assert "PARLEY_VQA" in answered.reply.text
    assert "This looks like a church (95 % sure)." in answered.reply.text
    assert house.llm.prompts == []
    answered = await house.ask(photo(), "有几个人？")
    assert "我看不出有多少" in answered.reply.text
    assert "PARLEY_VQA" in answered.reply.text


async def test_a_question_about_text_in_a_photo_without_text_is_answered_so() -> None:
    answered = await House(["It says HELLO"], caption=["church"], ocr=[]).ask(photo(), "What does the sign say?")
    assert answered.reply.text == "This looks like a church (95 % sure). I found no readable text in the photo."


async def test_visual_question_answering_is_asked_what_only_it_can_see() -> None:
    house = House(["There are three people."], caption=["church"], ocr=[], vqa=["three"])
    answered = await house.ask(photo(), "How many people are there?")
    assert answered.reply.text == "There are three people."
    assert house.senses.visual_qa.items[0].text == "How many people are there?"  # type: ignore[union-attr]
    assert any(step.name == "perceive answer" for step in answered.trace.steps)


async def test_an_answer_that_visual_question_answering_did_not_give_is_replaced() -> None:
    house = House(["There are five people."], caption=["church"], ocr=[], vqa=["three"])
    answered = await house.ask(photo(), "How many people are there?")
    assert answered.reply.text.startswith("My answer from looking at the photo: three (95 % sure).")


async def test_what_takes_reckoning_is_not_left_to_the_model() -> None:
    house = House(["Dumplings are under 10."], caption=["menu"], ocr=MENU)
    answered = await house.ask(photo(), "What can I eat for less than 10?")
    assert house.llm.prompts == []
    assert "“Dumplings 15”" in answered.reply.text


async def test_a_remark_about_a_label_is_not_embroidered() -> None:
    house = House(["What a lovely latte on the terrace!"], caption=["espresso"], ocr=[])
    assert (await house.ask(photo(), "My favourite!")).reply.text == "This looks like an espresso (95 % sure)."
    house = House(["What a lovely espresso!"], caption=["a cup of espresso on a table"], ocr=[], sentences=True)
    assert (await house.ask(photo(), "My favourite!")).reply.text == "What a lovely espresso!"


async def test_the_words_of_a_sign_are_told_whole_and_not_left_to_the_model() -> None:
    house = House(["It is about penguins."], caption=["sign"], ocr=["Warning", "Please look under", "your vehicles"])
    answered = await house.ask(photo(), "What does the sign say?")
    assert answered.reply.text == "In the photo I read:\n“Warning”\n“Please look under”\n“your vehicles”"
    assert house.llm.prompts == []


async def test_yes_and_no_are_not_left_to_the_model() -> None:
    house = House(["Yes, they are open."], caption=["sign"], ocr=["OPENING HOURS", "Sunday closed"])
    assert (await house.ask(photo(), "Are they open on Sunday?")).reply.text == "In the photo I read: “Sunday closed”"


async def test_a_question_beyond_what_is_known_is_answered_so() -> None:
    house = House(caption=["espresso"], ocr=[])
    told = "This looks like an espresso (95 % sure).\n\nMore than that I cannot tell about it."
    assert (await house.ask(photo(), "Is this good for my sleep?")).reply.text == told
    assert (await house.ask(photo(), "Thanks!")).reply.text == "This looks like an espresso (95 % sure)."


async def test_text_that_may_tell_what_cannot_be_seen_is_offered() -> None:
    answered = await House(caption=[], ocr=["CITY HALL"]).ask(photo(), "Where is this?")
    assert answered.reply.text.startswith("I cannot tell where it is")
    assert answered.reply.text.endswith("Perhaps the text in it helps: “CITY HALL”")


async def test_a_translation_nobody_can_check_is_not_pretended() -> None:
    answered = await House(["Stop at the stop."], caption=[], ocr=["禁止停车"]).ask(photo(), "Translate this")
    assert answered.reply.text.startswith("I cannot translate this reliably")
    assert answered.reply.text.endswith("“禁止停车”")
    house = House(["Hello!"], transcript=[finding("Bonjour", 0.9, "fr")])
    assert "I cannot translate" in (await house.ask(voice(quoted=True), "Translate this to English")).reply.text


async def test_a_short_follow_up_is_about_the_photo_just_shown() -> None:
    house = House(["Yes, it is hot."], caption=["espresso"], ocr=[])
    first = await house.ask(photo())
    history = [Utterance(Role.USER, "", first.observations), Utterance(Role.ASSISTANT, first.reply.text)]
    assert (await house.ask("Is it hot?", history=history)).reply.text.endswith(
        "More than that I cannot tell about it."
    )
    later = [*history, *said("Thanks", "You are welcome")]
    assert (await house.ask("Is it hot?", history=later)).reply.text == "Yes, it is hot."


async def test_a_price_asked_in_another_script_is_not_guessed() -> None:
    house = House(["饺子的价格是8元。"], caption=["menu"], ocr=["Dumplings 25", "Green tea 8"])
    first = await house.ask(photo())
    history = [Utterance(Role.USER, "", first.observations), Utterance(Role.ASSISTANT, first.reply.text)]
    answered = await house.ask("那饺子多少钱？", history=history)
    assert answered.reply.guarded
    assert "“Dumplings 25”" in answered.reply.text


async def test_what_it_can_do_is_told_by_the_senses_it_has_and_what_time_it_is_not_at_all() -> None:
    house = House(["You can do a wide range of things!"], transcript=["hi"])
    answered = await house.ask("What can you do?")
    assert "voice note" in answered.reply.text
    assert "photo" not in answered.reply.text
    assert "没有时钟" in (await house.ask("现在几点了？")).reply.text


async def test_a_follow_up_about_an_earlier_photo_is_held_to_what_was_read_there() -> None:
    house = House(["It is 28."], caption=["menu"], ocr=MENU)
    first = await house.ask(photo(), "How much are the noodles?")
    history = [
        Utterance(Role.USER, "How much are the noodles?", first.observations),
        Utterance(Role.ASSISTANT, first.reply.text),
    ]
    house = House(["The dumplings are 99."])
    answered = await house.ask("And how much are the dumplings?", history=history)
    assert answered.reply.text == "In the photo I read: “Dumplings 15”"
    house = House(["The dumplings are 15."])
    answered = await house.ask("And how much are the dumplings?", history=history)
    assert answered.reply.text == "The dumplings are 15."
    assert answered.observations == ()
    assert (await House(["A joke!"]).ask("Tell me a joke", history=history)).reply.text == "A joke!"
