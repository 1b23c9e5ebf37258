"""The language of a reply is that of the sentence, whatever is named in it."""

from __future__ import annotations

import pytest

from agents.assistant import Assistant
from agents.language import reply_language
from agents.models.scripted import ScriptedLLM
from agents.ports import Senses
from agents.prompts import prompts
from agents.values import Text, Turn
from bot.texts import Texts

ENGLISH = [
    "Where does 张三 live?",
    "Who is 张三?",
    "Where is 上海市?",
    "What does 你好 mean?",
    "What is the meaning of 画蛇添足?",
    "Translate 我喜欢吃苹果 to English",
    "When does the ferry to 香港 leave?",
    "How do I say “谢谢” in Cantonese?",
    "My friend 王小明 will come tomorrow. Shall I cook?",
    "“红楼梦” was written by whom?",
    "张三 is my neighbour. What should I give him?",
    "张三's house is on which street?",
    "1. Where is 张三?",
    "I met 王小明 yesterday.",
    "How do you pronounce 谢谢?",
    "Have you ever visited 北京 or 上海?",
    "I live near 北京.",
    "Where is Mr. 王?",
    "Please translate to English: 我喜欢吃苹果",
    "Please translate this to English:\n我喜欢吃苹果",
    "I read a book by an author called 老舍",
    "Who wrote it? It is by 老舍.",
]
CHINESE = [
    "张三住在哪里？",
    "什么是 retrieval augmented generation?",
    "介绍一下 The Lord of the Rings",
    "解释 large language model fine tuning",
    "帮我写一封 email 给 John Smith",
    "用 Python 写 hello world",
    "iPhone 15 Pro Max 多少钱",
    "翻译 I want to go home",
    "请把 How are you 翻译成中文",
    "去 New York 的 flight 几点",
    "The Lord of the Rings 讲什么？",
    "OK 那我们 go to the park 吧",
    "John Smith 和 Mary Brown 住在 New York",
    "Python 入门",
]
BEHIND_ENGLISH = [
    "The quick brown fox jumps over the lazy dog. 翻译成中文",
    "How are you doing today 翻译成中文",
    "I went to the park with my friends yesterday; 帮我翻译",
    "This is a long article about the economy of the world and how it works.\n\n总结",
    "Dear Sir, I am writing to apply for the job.\n润色这封邮件",
    "What does this sentence mean? 用中文回答",
    "The Lord of the Rings 剧情介绍",
    "Harry Potter and the Goblet of Fire 主要内容？",
    "Let It Be 歌词",
    "“Let It Be” 歌词",
    "Game of Thrones 结局",
    "TypeError: 'int' object is not iterable 报错",
]


@pytest.mark.parametrize("locale", ["en", "zh", None])
def test_an_english_sentence_stays_english_though_it_names_something_in_chinese(locale: str | None) -> None:
    assert [words for words in ENGLISH if reply_language(words, None, locale) != "en"] == []


@pytest.mark.parametrize("locale", ["en", "zh", None])
def test_a_chinese_sentence_stays_chinese_though_it_names_something_in_english(locale: str | None) -> None:
    assert [words for words in CHINESE if reply_language(words, None, locale) != "zh"] == []


@pytest.mark.parametrize("locale", ["en", "zh", None])
def test_a_chinese_request_behind_english_that_was_copied_is_answered_in_chinese(locale: str | None) -> None:
    assert [words for words in BEHIND_ENGLISH if reply_language(words, None, locale) != "zh"] == []


@pytest.mark.parametrize("words", ["日本語で答えてください", "Where does 佐藤さん live?"])
def test_what_is_neither_is_answered_in_english(words: str) -> None:
    assert reply_language(words, None, None) == "en"


async def test_the_instructions_are_in_the_language_of_the_sentence() -> None:
    llm = ScriptedLLM.of(["In Berlin.", "在柏林。"])
    assistant = Assistant(Senses(), llm, Texts())
    for words in ("Where does 张三 live?", "John Smith 住在哪里？"):
        async for _ in assistant.answer(Turn((Text(words),), "Ada", "en"), ()):
            pass
    told = [str(prompt[0].content) for prompt in llm.chat.prompts]
    assert [text.startswith(prompts(language).system) for text, language in zip(told, ("en", "zh"), strict=True)] == [
        True,
        True,
    ]
