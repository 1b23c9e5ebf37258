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
_FEW = 1 / 3  # share of Han ideographs up to which an English sentence may name something in Chinese
_ENGLISH_OPENING = re.compile(
    rf"[\W\d_]*(?:[A-Za-z]|[{CJK}]+\W*(?:['’]s|is|are|was|were|has|had|will|can|did|and)\b)", re.I
)
_ENGLISH_GLUE = re.compile(
    r"\b(?:an?|the|is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|what|who|whose|when|where|which"
    r"|how|why|of|in|on|at|to|for|with|from|by|about|my|your|his|her|their|our|i|we|me|you|he|she|it|they|this|that"
    r"|and|or|please)\b",
    re.I,
)
_CHINESE_GLUE = re.compile("[的了吗呢吧是谁哪几请]|什么|怎么|怎样|多少|如何|一下")  # rarely part of a name
# What follows a colon belongs to what announces it, and a name to the title before it.
_PIECES = re.compile(r"(?<=[.!?。！？;；])(?<!\b[DM]r\.)(?<!\bMs\.)(?<!\bMrs\.)\s*|(?<![:：\s])\s*\n\s*")
_TOKEN = re.compile(rf"[A-Za-z]+|[{CJK}]+|[:：“‘「『《(（]")
_ANNOUNCES = frozenset(":：“‘「『《(（")
_WANTS_OBJECT = re.compile(  # in English what may be named in Chinese follows these, or glue
    r"near|into|between|called|named|means?|meant|pronounce|spell|translate|meet|met|visit(?:ed|ing)?", re.I
)
_QUESTION = re.compile(
    r"\W*(?:what|who|whose|when|where|which|how|why|is|are|was|were|do|does|did|has|have|had|can|could|will|would"
    r"|should|may)\b",
    re.I,
)


def primary_tag(tag: str | None) -> str | None:
    """The first subtag of a BCP 47 tag, lower-case: ``zh`` of ``zh-Hans-CN``."""
    return tag.lower().replace("_", "-").split("-")[0] if tag else None


def cjk_share(text: str) -> float:
    """The share of Han ideographs among the letters of a text, in [0, 1]."""
    letters = len(_LETTER.findall(text))
    return len(_HAN.findall(text)) / letters if letters else 0.0


def _is_english(words: str) -> bool:
    """Whether the words are English and only name something in Chinese, as "Where does 张三 live?" does.

    They begin as English ones do, and what holds each piece of them together is English: a request in Chinese may
    follow what was copied from an English page.
    """
    if not _ENGLISH_OPENING.match(words) or _CHINESE_GLUE.search(words) or cjk_share(words) > _FEW:
        return False
    return all(_only_names(piece) for piece in _PIECES.split(words) if _HAN.search(piece))


def _only_names(piece: str) -> bool:
    """Whether the Chinese in a piece with English words is a name in it, and not a request at its end."""
    if not _ENGLISH_GLUE.search(piece):
        return False
    tokens = _TOKEN.findall(piece)
    if not _HAN.match(tokens[-1]) or (piece.endswith("?") and _QUESTION.match(piece)):
        return True
    before = next((token for token in reversed(tokens) if not _HAN.match(token)), "")
    return before in _ANNOUNCES or any(glue.fullmatch(before) for glue in (_ENGLISH_GLUE, _WANTS_OBJECT))


def reply_language(words: str, spoken: str | None, locale: str | None) -> str:
    """``en`` or ``zh``: by the words that were typed, else the language that was spoken, else the client's."""
    if _HAN.search(words):
        return "en" if _KANA_OR_HANGUL.search(words) or _is_english(words) else "zh"
    if len(_LATIN_WORD.findall(words)) > 1:
        return "en"
    for tag in (primary_tag(spoken), primary_tag(locale)):
        if tag:
            return "zh" if tag in _CHINESE_TAGS else "en"
    return "en"
