"""The mood of English and Chinese texts by lexicon; of other languages it says nothing rather than something wrong."""

from __future__ import annotations

import sys

import pytest

from agents.errors import ModelUnavailable, ReferenceInvalid
from agents.models.reference import ModelReference
from agents.models.vader_snownlp import VaderSnowNlp

NAME = "vader-snownlp:builtin"


@pytest.fixture(scope="module")
def lexicons() -> VaderSnowNlp:
    return VaderSnowNlp(ModelReference.parse(NAME))


def mood(lexicons: VaderSnowNlp, text: str) -> str | None:
    found = lexicons.read_sentiment([text])[0]
    return found[0].text if found else None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I love this, it is wonderful!", "positive"),
        ("This is terrible and I hate it.", "negative"),
        ("I’m so angry, my phone broke again", "negative"),
        ("The train leaves at nine.", "neutral"),
        ("What does the sign say?", "neutral"),
        ("Thanks!", "positive"),
        ("I am a bit tired", "negative"),
        ("I love this café and it is great", "positive"),
        ("😀", "positive"),
        ("太糟糕了，我非常失望", "negative"),
        ("服务态度很差，再也不来了", "negative"),
        ("這家店的服務很差，我非常失望", "negative"),
        ("太棒了！", "positive"),
        ("生日快乐", "positive"),
        ("面条多少钱？", "neutral"),
        ("牌子上写着什么？", "neutral"),
        ("我奶奶昨天去世了", "neutral"),
    ],
)
def test_moods_of_english_and_chinese(lexicons, text, expected):
    assert mood(lexicons, text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "die Katze ist da drüben",
        "die Katze ist heute da",
        "Was will er denn so spät",
        "Das war eine schlimme Nacht, die ich nie vergesse",
        "Je suis très content",
        "On a faim et il a froid",
        "Non mi piace, I nostri amici sono tristi",
        "Estoy triste hoy no quiero",
        "日本語はむずかしい",
        "오늘 기분이 좋아요",
        "Мне очень грустно",
        "I am feeling 很差 today",
        "???",
        "\ud83d",
        "",
        " \n",
    ],
)
def test_of_other_languages_and_of_nothing_it_says_nothing(lexicons, text):
    assert mood(lexicons, text) is None


def test_a_finding_has_its_language_and_a_strength(lexicons):
    english, chinese = lexicons.read_sentiment(["I love this!", "太棒了！"])
    assert (english[0].language, chinese[0].language) == ("en", "zh")
    assert lexicons.read_sentiment(["I love this!!!"])[0][0].confidence > english[0].confidence > 0.6


def test_that_nothing_tells_a_mood_in_chinese_is_never_said_as_sure(lexicons):
    for text in ("我很高兴", "今天星期三", "火车九点开", "你好"):
        (found,) = lexicons.read_sentiment([text])[0]
        assert found.text == "neutral" and found.confidence < lexicons.card.sure_from


def test_of_a_long_text_only_the_beginning_is_read(lexicons):
    begin = "The train leaves at nine. " * 50
    assert lexicons.read_sentiment([begin + "I hate it. " * 100_000]) == lexicons.read_sentiment([begin])


def test_english_alone_does_not_load_the_chinese_half(monkeypatch):
    monkeypatch.setitem(sys.modules, "snownlp", None)
    fresh = VaderSnowNlp(ModelReference.parse(NAME))
    assert fresh.read_sentiment(["I love this!"])[0]
    with pytest.raises(ModelUnavailable, match="snownlp is missing"):
        fresh.read_sentiment(["太棒了！"])


def test_a_missing_library_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "vaderSentiment.vaderSentiment", None)
    with pytest.raises(ModelUnavailable, match="vaderSentiment is missing"):
        VaderSnowNlp(ModelReference.parse(NAME)).read_sentiment(["I love this!"])


@pytest.mark.parametrize("text", ["vader-snownlp:large", f"{NAME}?device=cpu", f"{NAME}?sure=101"])
def test_wrong_references_are_refused(text):
    with pytest.raises(ReferenceInvalid):
        VaderSnowNlp.declare(ModelReference.parse(text))
