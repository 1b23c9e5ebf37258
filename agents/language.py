"""Which of our two languages a text is in, told by its script alone: fast, and right for what we ask of it."""

from __future__ import annotations

import re

__all__ = ["CJK", "cjk_share", "primary_tag", "reply_language"]

CJK = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"  # Han ideographs of the Unicode blocks in everyday use
_HAN = re.compile(f"[{CJK}]")
_KANA_OR_HANGUL = re.compile("[\u3040-\u30ff\uac00-\ud7af]")
_LETTER = re.compile(r"[^\W\d_]")
_LATIN_WORD = re.compile(r"[A-Za-z]{2,}")
_CHINESE_TAGS = {"zh", "yue", "cmn"}


def primary_tag(tag: str | None) -> str | None:
    """The first subtag of a BCP 47 tag, lower-case: ``zh`` of ``zh-Hans-CN``."""
    return tag.lower().replace("_", "-").split("-")[0] if tag else None


def cjk_share(text: str) -> float:
    """The share of Han ideographs among the letters of a text, in [0, 1]."""
    letters = len(_LETTER.findall(text))
    return len(_HAN.findall(text)) / letters if letters else 0.0


def reply_language(words: str, spoken: str | None, locale: str | None) -> str:
    """``en`` or ``zh``: by the words that were typed, else the language that was spoken, else the client's."""
    if _HAN.search(words):
        return "en" if _KANA_OR_HANGUL.search(words) else "zh"
    if len(_LATIN_WORD.findall(words)) > 1:
        return "en"
    for tag in (primary_tag(spoken), primary_tag(locale)):
        if tag:
            return "zh" if tag in _CHINESE_TAGS else "en"
    return "en"
