"""A reply about media is let through only when it rests on what was perceived."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from agents.evidence import rows
from agents.grounding import Grounds
from agents.guard import Fault, denies_senses, fault
from agents.numerals import numbers
from tests.agents.samples import lines

MENU = ["GOLDEN DRAGON", "Beef noodles 28", "Dumplings 15", "Green tea 3"]
CHINESE_MENU = ["金龙饭店", "牛肉面 28元", "饺子 15元", "绿茶 3元"]


def grounds(question: str, observed: list[str], language: str = "en", **more) -> Grounds:
    return Grounds(question, language, observed, [question], rows(lines(*observed)), **more)


NOODLES = grounds("How much are the noodles?", MENU)
ZH_NOODLES = grounds("牛肉面多少钱？", CHINESE_MENU, "zh")
SIGN = grounds("What does the sign say?", ["SALE 50%", "Today only"])
CUP = grounds("Is this good for me?", ["espresso"])


@pytest.mark.parametrize(
    ("reply", "given"),
    [
        ("The noodles cost 28.", NOODLES),
        ("The price of the beef noodles is 28.00.", NOODLES),
        ("The ticket costs $8.00.", grounds("How much is a ticket for a child?", ["Adults $15", "Children $8"])),
        ("You got 3.25.", grounds("How much change did I get?", ["CASH 10.00", "CHANGE 3.25"])),
        (
            "The train to York leaves at 9:42.",
            grounds("What time does the train to York leave?", ["York leaves 09:42"]),
        ),
        ("Twenty-eight.", NOODLES),
        ("28", NOODLES),
        ('It says "Beef noodles 28".', NOODLES),
        ("牛肉面的价格是28元。", ZH_NOODLES),
        ("牛肉面二十八元。", ZH_NOODLES),
        ("根据菜单，牛肉面的价格是28元。", grounds("菜单上牛肉面多少钱？", CHINESE_MENU, "zh")),
        ('The sign says "SALE 50%".', SIGN),
        ("The sign says: Sale 50%, today only.", SIGN),
        ("This is an espresso.", CUP),
        ("“面”是28元", grounds("面多少钱", ["牛肉面 28元"], "zh")),
    ],
)
def test_a_grounded_reply_passes(reply: str, given: Grounds) -> None:
    assert fault(reply, given) is None


@pytest.mark.parametrize(
    ("reply", "given", "expected"),
    [
        ("The noodles cost 30.", NOODLES, Fault.NUMBER),
        ("The noodles cost thirty dollars.", NOODLES, Fault.NUMBER),
        ("The noodles cost 15.", NOODLES, Fault.LINE),
        ("The beef noodles cost $28.", NOODLES, Fault.CURRENCY),
        ("The menu does not say the price.", NOODLES, Fault.LINE),
        ("The noodles cost 28.", grounds("How much are the noodles?", CHINESE_MENU), Fault.LINE),
        ("Beef noodles 28, dumplings 15, green tea 3.", NOODLES, Fault.LINE),
        ("牛肉面的价格是三十元。", ZH_NOODLES, Fault.NUMBER),
        ("牛肉面的价格是15元。", ZH_NOODLES, Fault.LINE),
        ("The noodles cost 28.", ZH_NOODLES, Fault.LANGUAGE),
        ("牛肉面是28元", NOODLES, Fault.LANGUAGE),
        ('The sign says "SALE 50% off everything".', SIGN, Fault.QUOTE),
        ("The sign says sale 50% at Macy's.", SIGN, Fault.WORD),
        ("An espresso on a wooden table beside a window.", CUP, Fault.WORD),
        ("There is a happy man with an espresso.", CUP, Fault.WORD),
        ("照片里有一个女孩和28元的牛肉面", ZH_NOODLES, Fault.WORD),
        ("Yes, it is.", CUP, Fault.NOTHING),
        ("I'm sorry, I can't see images.", CUP, Fault.DENIAL),
        ("As an AI language model I read text only.", CUP, Fault.DENIAL),
        ("抱歉，我无法查看图片。", ZH_NOODLES, Fault.DENIAL),
        ("", CUP, Fault.EMPTY),
        (" …\n", CUP, Fault.EMPTY),
    ],
)
def test_an_ungrounded_reply_is_caught(reply: str, given: Grounds, expected: Fault) -> None:
    assert fault(reply, given) is expected


def test_a_guess_must_be_said_as_a_guess() -> None:
    given = grounds("Is this nice?", ["tabby cat"], unsure=["tabby cat"])
    assert fault("This is a tabby cat.", given) is Fault.HEDGE
    assert fault("This might be a tabby cat.", given) is None


def test_beside_sentences_a_reply_may_add_words_of_its_own_but_not_whole_sentences() -> None:
    given = grounds("What could they talk about?", ["two men sit at a table"], strict=False)
    assert fault("The two men probably discuss the weather over dinner at the table.", given) is None
    assert fault("The two men sit at the table. They plan a daring robbery somewhere.", given) is Fault.WORD
    assert fault("The two men sit with Obama at the table.", given) is Fault.NAME
    assert fault("The three men sit at the table.", given) is Fault.NUMBER


def test_what_the_user_said_before_may_be_used() -> None:
    given = Grounds("Can I afford the dumplings?", "en", ["Dumplings 15"], ["I have 20 dollars", "dumplings"])
    assert fault("The dumplings cost 15 and you have 20 dollars.", given) is None


def test_a_model_that_saw_the_picture_is_held_to_what_can_be_checked() -> None:
    given = grounds("What is the man doing?", ["a man on a horse"], sees=True)
    assert fault("He rides a white horse along the beach at sunset with 3 dogs.", given) is None
    assert fault("I cannot see the image.", given) is Fault.DENIAL
    assert fault("他在骑马，旁边有三只狗。", given) is Fault.LANGUAGE
    priced = grounds("How much are the noodles?", MENU, sees=True)
    assert fault("The noodles cost 30.", priced) is Fault.NUMBER
    assert fault("The noodles cost 15.", priced) is Fault.LINE
    unsure = grounds("What is it?", ["tabby"], unsure=["tabby"], sees=True)
    assert fault("It is a tabby on a red sofa.", unsure) is Fault.HEDGE


def test_a_trusted_model_may_conclude_from_what_was_read_and_no_further() -> None:
    given = grounds("Which is the cheapest dish?", MENU, trusted=True)
    assert fault("The cheapest dish is green tea, 12 less than the dumplings.", given) is None
    assert fault("The cheapest dish is green tea, 11 less than the dumplings.", given) is Fault.NUMBER
    assert fault('The cheapest dish is the "soup".', given) is Fault.QUOTE
    assert fault("The cheapest dish is Obama's.", given) is Fault.WORD


def test_a_sure_answer_has_to_be_carried_and_an_unsure_one_hedged() -> None:
    given = grounds("What colour is it?", ["a triangle"], answers=["red"])
    assert fault("It is red.", given) is None
    assert fault("It is a triangle.", given) is Fault.ANSWER
    unsure = grounds("What colour is it?", ["a triangle", "red"], guesses=["red"])
    assert fault("It is red.", unsure) is Fault.HEDGE
    assert fault("It is probably red.", unsure) is None


@pytest.mark.parametrize(
    "reply",
    [
        "I'm unable to view photos.",
        "I am not able to look at the picture.",
        "I cannot listen to audio.",
        "I don't have the ability to see pictures",
        "我不能听到语音",
        "作为人工智能，我没有眼睛",
    ],
)
def test_denials_are_noticed(reply: str) -> None:
    assert denies_senses(reply)
    assert not denies_senses("The tea costs 3. 茶是3元。")
    assert not denies_senses("No, you cannot park here: the photo shows a sign.")


WORDS = st.lists(st.sampled_from(["beef", "noodles", "tea", "牛肉面", "元", "soup"]), min_size=1, max_size=4)
NUMBERS = st.integers(min_value=0, max_value=99_999)


@given(WORDS, st.lists(NUMBERS, max_size=4), NUMBERS, st.sampled_from(["en", "zh"]), st.booleans())
def test_a_number_in_no_observation_never_passes(
    words: list[str], observed: list[int], stated: int, language: str, strict: bool
) -> None:
    assume(stated not in observed)
    seen = [f"{word} {number}" for word in words for number in observed] or words
    given_grounds = grounds("How much?", seen, language, strict=strict)
    for reply in (f"It costs {stated}.", f"{words[0]} {stated}", f"{words[0]}的价格是{stated}元", f"{stated:,}"):
        assert fault(reply, given_grounds) is not None


@given(st.text(max_size=80), st.lists(st.text(max_size=30), max_size=4), st.sampled_from(["en", "zh"]))
def test_every_number_of_a_passed_reply_was_observed_or_said(reply: str, observed: list[str], language: str) -> None:
    given_grounds = grounds("What is it?", observed, language)
    if fault(reply, given_grounds) is None:
        assert numbers(reply) <= set().union(*map(numbers, observed))
