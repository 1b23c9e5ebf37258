"""What the line that answers a question looks like: an e-mail address has an @, a time a colon, a sum says "total"."""

from __future__ import annotations

import re

__all__ = ["asks_verbatim", "looks_like"]

_MONTHS = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    "nov(?:ember)?|dec(?:ember)?"
)
_DAYS = "(?:mon|tues|wednes|thurs|fri|satur|sun)days?|mon|tue|wed|thu|fri|sat|sun"
_DATE = r"\d{4}\s?[-/.年]\s?\d{1,2}|\b\d{1,2}[./]\d{1,2}[./]\d{2,4}\b"

# What is asked for, and what a line that holds it looks like.
_VERBATIM = (
    (
        r"\b(?:tele)?phone\b|\b(?:call|mobile|fax)\b|电话|手机",
        rf"^(?!.*(?:{_DATE})).*(?:\+\s?)?\d(?:[\s().-]?\d){{6,}}",
    ),
    (r"\be-?mail\b|邮箱|邮件|邮址", r"@"),
    (r"\bweb ?(?:site|page)\b|\burl\b|网址|网站", r"\bwww\.|https?:|\b[a-z0-9-]+\.(?:com|org|net|cn|info|io)\b"),
    (r"\bpassword\b|\bpasscode\b|密码", r"\bpass(?:word|code)?\b|\bpwd\b|密码"),
)
_OTHERS = (
    (
        r"\bwhen\b|\bwhat (?:time|date|day)\b|几点|什么时候|何时|日期|哪天|几号|时间",
        rf"\d[:：]\d\d|\b\d{{1,2}}\s?[ap]\.?m\b|{_DATE}|\b(?:{_MONTHS}|{_DAYS})\b|[周月日点]",
    ),
    (r"\btotal\b|\baltogether\b|\bin all\b|总共|一共|合计|总计", r"\btotal\b|\bamount due\b|合计|总计|总额|应付|实付"),
)
_SHAPES = tuple(
    (re.compile(asked, re.IGNORECASE), re.compile(line, re.IGNORECASE)) for asked, line in (*_VERBATIM, *_OTHERS)
)
_LONGEST = 300  # characters looked at


def asks_verbatim(question: str) -> bool:
    """Whether the answer is worth nothing unless it is right to the letter: a number to call, a password."""
    return any(asked.search(question[:_LONGEST]) for asked, _ in _SHAPES[: len(_VERBATIM)])


def looks_like(question: str, line: str) -> bool:
    """Whether the line looks like what the question asks for; false when that has no look of its own."""
    question, line = question[:_LONGEST], line[:_LONGEST]
    return any(asked.search(question) and shape.search(line) for asked, shape in _SHAPES)
