"""Questions about the assistant and about now are known, and only when nothing more is asked."""

from __future__ import annotations

import pytest

from agents.asides import Aside, aside_of


@pytest.mark.parametrize(
    "words",
    [
        "What can you do?",
        "Hello, what can you do?",
        "who are you",
        "Can you see pictures?",
        "How do I send you a photo?",
        "你好，你是谁？",
        "你能做什么？",
        "你能看图片吗？",
        "怎么给你发照片？",
    ],
)
def test_questions_about_the_assistant_are_known(words: str) -> None:
    assert aside_of(words) is Aside.ME


@pytest.mark.parametrize(
    "words",
    [
        "What time is it?",
        "what's the time now",
        "What day is it today?",
        "What is the weather in Berlin today?",
        "Will it rain tomorrow?",
        "现在几点了？",
        "今天星期几",
        "北京今天天气怎么样？",
    ],
)
def test_questions_about_now_are_known(words: str) -> None:
    assert aside_of(words) is Aside.NOW


@pytest.mark.parametrize(
    "words",
    [
        "Please remind me to buy bread and milk on Thursday morning.",
        "set an alarm for 7",
        "请提醒我明天买牛奶",
        "帮我设个闹钟",
    ],
)
def test_wishes_for_later_are_known(words: str) -> None:
    assert aside_of(words) is Aside.LATER


@pytest.mark.parametrize(
    "words",
    [
        "Remind me what my name is",
        "提醒我一下我叫什么",
        "Who am I?",
        "What can you tell me about Rome?",
        "What time is it in the first chapter of the book?",
        "How does weather work?",
        "What do you do when you are sad, and who are you with?",
        "我是谁？",
        "天气是什么意思",
        "",
    ],
)
def test_everything_else_is_conversation(words: str) -> None:
    assert aside_of(words) is None
