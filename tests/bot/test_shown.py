"""Facts are shown the way a sentence asks for."""

from __future__ import annotations

import pytest

from agents.models.imagenet_names import FAMILIES
from agents.models.transformers.labels import EMOTIONS, MOODS
from bot.texts.shown import Shown


@pytest.mark.parametrize(
    ("fact", "spec", "language", "shown"),
    [
        ("espresso", "a", "en", "an espresso"),
        ("cup", "a", "en", "a cup"),
        ("", "a", "en", ""),
        ("fr", "language", "en", "French"),
        ("fr", "language", "zh", "法语"),
        ("jw", "language", "en", "Javanese"),
        ("tl", "language", "en", "Filipino"),
        ("zh-Hans-CN", "language", "en", "Chinese"),
        ("qqq", "language", "en", "qqq"),
        (["a", "b", "c"], "or", "en", "a, b, or c"),
        (["a", "b"], "or", "zh", "a或b"),
        ("a", "or", "en", "a"),
        (3, "", "en", "3"),
        (2.5, ".2f", "en", "2.50"),
        (0, "duration", "en", "5 seconds"),
        (21.3, "duration", "en", "25 seconds"),
        (55, "duration", "zh", "55秒钟"),
        ("soon", "duration", "en", "soon"),
        (55.1, "duration", "en", "1 minute"),
        (61, "duration", "en", "2 minutes"),
        (90, "duration", "zh", "2分钟"),
        (3541, "duration", "en", "1 hour"),
        (7200, "duration", "en", "2 hours"),
    ],
)
def test_a_fact_is_shown(fact: object, spec: str, language: str, shown: str) -> None:
    assert format(Shown(fact, language), spec) == shown


def test_every_language_of_whisper_has_a_name_in_both_languages() -> None:
    from faster_whisper.tokenizer import _LANGUAGE_CODES

    for language in ("en", "zh"):
        names = {format(Shown(tag, language), "language") for tag in _LANGUAGE_CODES}
        assert not names & set(_LANGUAGE_CODES)
        assert len(names) == len(_LANGUAGE_CODES)


def test_things_are_called_by_their_names_in_the_language_of_the_sentence() -> None:
    assert f"{Shown('cat', 'zh'):thing}" == "猫"
    assert f"{Shown(['cat', 'dog'], 'zh'):thing}" == "猫或狗"
    assert f"{Shown('cat', 'en'):thing}" == "cat"
    assert f"{Shown('spatula', 'zh'):thing}" == "spatula"


def test_every_family_of_things_has_a_chinese_name() -> None:
    assert [family for family in FAMILIES if f"{Shown(family, 'zh'):thing}" == family] == []


def test_short_answers_are_given_in_the_language_of_the_sentence() -> None:
    assert f"{Shown('Yes.', 'zh'):answer}" == "是"
    assert f"{Shown('orange', 'zh'):answer}" == "橙色"
    assert f"{Shown('riding a horse', 'zh'):answer}" == "riding a horse"
    assert f"{Shown('Yes.', 'en'):answer}" == "Yes."


def test_every_mood_and_emotion_has_a_chinese_name() -> None:
    moods = {*MOODS.values(), *EMOTIONS.values()}
    assert [mood for mood in moods if f"{Shown(mood, 'zh'):answer}" == mood] == []
