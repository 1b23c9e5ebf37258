"""Text we did not write, made safe to stand in a prompt: it can neither end its block nor speak as somebody else."""

from __future__ import annotations

import json
import re
import unicodedata

from agents.language import CJK

__all__ = ["in_a_line", "name", "neutral", "plain", "quoted", "shortened"]

# By these chat templates tell who speaks: ChatML, Llama, Gemma, Mistral, DeepSeek.
# One sign is taken, the rest looked at. No alternative begins with a set, so that text without those signs is fast.
_TEMPLATE_MARKS = re.compile(
    r"<(?=[|｜]|/?s>|/?(?:start|end)_of_turn>|(?:bos|eos|pad|unk)>|<SYS>|</SYS>)|\|(?=>)|｜(?=>)|\[(?=/?INST\])",
    re.IGNORECASE,
)
_BLOCK_MARKS = re.compile(r"<(?=<)|>(?=>)")
_LONGEST_NAME = 40  # characters
# Names under which a model is told or tells something itself.
_ROLES = frozenset(
    "system assistant user human ai bot model developer tool function instruction 系统 助手 用户 模型 机器人".split()
)
_KEPT_CONTROLS = {"\n", "\t", "\u200c", "\u200d"}  # the joiners of scripts and emoji hide nothing


def plain(text: str) -> str:
    """The text without control and formatting characters."""
    text = text.replace("\r\n", "\n")
    if all(line.isprintable() for line in text.replace("\t", "\n").split("\n")):
        return text  # as nearly always; signs are looked at one by one only when some are not printable
    # Line and paragraph separators (Zl, Zp), controls (Cc), formats such as bidi overrides (Cf), lone surrogates (Cs).
    return "".join(
        sign if sign in _KEPT_CONTROLS or unicodedata.category(sign) not in {"Cc", "Cf", "Cs", "Zl", "Zp"} else " "
        for sign in text
    )


def in_a_line(text: str) -> str:
    """The plain text on one line, each blank once."""
    return " ".join(plain(text).split())


def neutral(text: str) -> str:
    """The plain text with a blank inside everything that would steer a chat template."""
    return _TEMPLATE_MARKS.sub(r"\g<0> ", plain(text))


def quoted(text: str) -> str:
    """The neutral text as one JSON string on one line, which cannot imitate the marks around a block of data."""
    return json.dumps(_BLOCK_MARKS.sub(r"\g<0> ", neutral(text)), ensure_ascii=False)


def name(text: str) -> str:
    """The name of a person on one line, without a colon that would end it; never that of a role in a conversation."""
    words = " ".join(_unmarked(text).split())[:_LONGEST_NAME].strip() or "?"
    letters = "".join(sign for sign in unicodedata.normalize("NFKC", words).casefold() if sign.isalnum())
    return f"@{words}" if letters in _ROLES else words


def _unmarked(text: str) -> str:
    return re.sub(r"[:：\"“”<>＜＞\[\]{}|｜#*_`]", " ", neutral(text))


def shortened(text: str, limit: int) -> str:
    """The beginning and the end of the text in about ``limit`` characters, with a visible gap between them."""
    if len(text) <= limit:
        return text
    head = max(limit * 2 // 3, 1)
    tail = max(limit - head, 1)
    gap = " […] " if not re.search(f"[{CJK}]", text[:200]) else "［……］"
    return text[:head] + gap + text[-tail:]
