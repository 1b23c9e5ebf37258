"""What a model that chats is asked when a picture is to be captioned or a question about it answered."""

from __future__ import annotations

import re

__all__ = ["CAPTION", "asked"]

CAPTION = "Describe what this picture shows in one short sentence."
_BRIEFLY = "Answer in a few words, in the language of the question."
_BRIEFLY_CHINESE = "请用中文简短回答。"  # small models keep to a language when they are told in it
_HANZI, _LETTERS = re.compile(r"[\u4e00-\u9fff]"), re.compile(r"[^\W\d_\u4e00-\u9fff]")


def asked(question: str) -> str:
    """The question, with how it is to be answered after it. It is Chinese where a third of its letters are."""
    chinese = len(_HANZI.findall(question)) * 2 > len(_LETTERS.findall(question))
    return f"{question}\n{_BRIEFLY_CHINESE if chinese else _BRIEFLY}"
