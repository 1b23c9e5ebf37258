"""What is read aloud of an answer: words alone, in whole sentences, and no more than a few minutes of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.speakable import LONGEST, speakable


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Hi **you**, _all_ of `you`", "Hi you, all of you."),
        ("# The weather\n\nIt rains", "The weather. It rains."),
        ("Two lines\nof one paragraph.", "Two lines of one paragraph."),
        ("See [the docs](https://host.example/a?b=1).", "See the docs."),
        ("See https://www.host.example/a?b=1, or <http://other.example>!", "See host.example, or other.example!"),
        ("- bread\n- milk;\n\nAnd:\n\n1. go\n2. come back", "bread. milk; And: 1. go. 2. come back."),
        ("Run this:\n\n```sh\nrm -rf /\n```\n\nDone!", "Run this: Done!"),
        ("| a | b |\n|---|---|\n| 1 | 2 |\n\nThat is all.", "That is all."),
        ("> Quoted ![a cat](cat.jpg)", "Quoted a cat."),
        ("Well done \U0001f389\U0001f468\u200d\U0001f469! 20 °C → 25 °C", "Well done ! 20 °C 25 °C."),
        ("An **unclosed mark and ```a fence", "An **unclosed mark and ```a fence."),
        ("a\u202eb\x00c", "a b c."),
        ("---", ""),
        ("\u2728 \U0001f389", ""),
        ("```\ncode alone\n```", ""),
        ("", ""),
    ],
)
def test_english_words_are_left_of_markdown(written: str, said: str) -> None:
    assert speakable(written, "en") == said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("## 天气\n\n今天**晴天**，\n明天下雨", "天气。今天晴天，明天下雨。"),
        ("请看[文档](https://host.example)，或 https://host.example/a。好的！", "请看文档，或 host.example。好的！"),
        ("- 面包\n- 牛奶\n", "面包。牛奶。"),
        ("1. 去\n2. 回", "1. 去。2. 回。"),
        ("```\n代码\n```", ""),
    ],
)
def test_chinese_words_are_left_of_markdown(written: str, said: str) -> None:
    assert speakable(written, "zh") == said


@pytest.mark.parametrize(
    ("sentence", "language", "letters"),
    [("This is a sentence. ", "en", 1.0), ("这是一个句子。", "zh", 13 / 7)],
)
def test_a_long_text_is_read_to_the_end_of_a_sentence(sentence: str, language: str, letters: float) -> None:
    said = speakable(sentence * 1000, language)
    assert said == (sentence * (len(said) // len(sentence) + 1)).strip()[: len(said)]
    assert said.endswith(sentence.strip())
    assert LONGEST * 0.98 < len(said) * letters <= LONGEST


def test_a_sentence_without_end_is_read_to_a_word_or_to_a_letter() -> None:
    assert speakable("word " * 5000, "en") == " ".join(["word"] * 400)
    assert speakable("字" * 5000, "zh") == "字" * (LONGEST // 2)
    assert speakable("x" * 5000, "en") == "x" * LONGEST


@given(st.text(st.sampled_from("a字 \n#*_`|-[]()<>!.1。\\~:/\U0001f389"), max_size=200), st.sampled_from(["en", "zh"]))
def test_whatever_is_written_is_said_in_one_line_of_bounded_length(written: str, language: str) -> None:
    said = speakable(written * 30, language)
    assert said == said.strip() and "\n" not in said and "\U0001f389" not in said
    assert len(said) <= LONGEST
    assert not said or any(sign.isalnum() for sign in said)
