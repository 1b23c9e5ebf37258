"""The grounding guard: whether a reply about media rests on what was perceived.

Strict on purpose. A false alarm costs a reply its style, since a template that quotes the observations answers
instead; a miss would be a confident invention.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from enum import StrEnum

from agents.carrying import carries
from agents.covering import Lexicon, folded
from agents.evidence import matching
from agents.glue import HEDGES
from agents.grounding import Grounds
from agents.language import cjk_share
from agents.numerals import numbers
from agents.questions import asks_for_number
from agents.reckoning import reckoned

__all__ = ["Fault", "denies_senses", "fault"]

_QUOTED = re.compile(r"[\"“”„「『《]([^\"“”„「」『』《》\n]{2,}?)[\"“”」』》]")
_DENIALS = (
    re.compile(
        r"\bI(?:'m| am| do| can|\b).{0,20}(?:n't|n’t|not|unable|incapable)\b.{0,60}\b(?:see|view|hear|listen|access|"
        r"process|open|look at|read|analy[sz]e|images?|photos?|pictures?|audio|voice|recordings?|files?)\b",
        re.IGNORECASE | re.DOTALL,
    ),
    re.compile(r"\bas an? (?:ai|artificial|text|language)\b|\btext-based\b", re.IGNORECASE),
    re.compile(
        r"(?:无法|不能|没办法|没有办法|没法|不具备|没有能力).{0,12}(?:查看|看|听|识别|访问|处理|打开|读取|图|照片|语音|音频|录音)"
    ),
    re.compile(r"作为(?:一个|一名|一款)?(?:AI|人工智能|语言模型|文本)", re.IGNORECASE),
)
_FEW_LETTERS = 3


class Fault(StrEnum):
    """Why a reply may not be sent."""

    EMPTY = "empty"
    LANGUAGE = "wrong-language"
    DENIAL = "denies-senses"
    NUMBER = "number-not-observed"
    CURRENCY = "currency-not-observed"
    LINE = "number-of-another-line"
    ANSWER = "answer-not-carried"
    QUOTE = "quote-not-observed"
    NAME = "name-not-observed"
    WORD = "word-not-observed"
    NOTHING = "rests-on-nothing"
    HEDGE = "unsure-said-as-sure"


def denies_senses(reply: str) -> bool:
    """Whether the reply claims that the assistant cannot see or hear."""
    return any(pattern.search(reply) for pattern in _DENIALS)


def fault(reply: str, grounds: Grounds) -> Fault | None:
    """The first thing wrong with a reply about media, ``None`` when it rests on what was perceived."""
    if not any(sign.isalnum() for sign in reply):
        return Fault.EMPTY
    if denies_senses(reply):
        return Fault.DENIAL
    if not grounds.translates and _wrong_language(reply, grounds.language):
        return Fault.LANGUAGE
    return _number_fault(reply, grounds) or _answer_fault(reply, grounds) or _word_fault(reply, grounds)


def _wrong_language(reply: str, language: str) -> bool:
    """By script; what stands in quotes may be in any."""
    letters = _QUOTED.sub("", reply)
    if sum(sign.isalpha() for sign in letters) <= _FEW_LETTERS:
        return False
    share = cjk_share(letters)
    return share < 0.2 if language == "zh" else share > 0.3


def _number_fault(reply: str, grounds: Grounds) -> Fault | None:
    if not grounds.counts_lines:
        return None
    stated = numbers(reply)
    known = _stated((*grounds.observed, *grounds.said))
    if stated - known - (_reckoned(grounds) if grounds.reckons else set()):
        return Fault.NUMBER
    if _currencies(reply) - _currencies("\n".join((*grounds.observed, *grounds.said))):
        return Fault.CURRENCY
    if not asks_for_number(grounds.question) or grounds.reckons or grounds.crosses:
        return None
    return Fault.LINE if _of_another_line(stated, grounds) else None


def _reckoned(grounds: Grounds) -> set[str]:
    """What the numbers of the lines and of the question come to."""
    lines = [number for row in grounds.rows for number in sorted(numbers(row.text))]
    return reckoned([*lines, *sorted(numbers(grounds.question))]) | reckoned(lines)


def _currencies(text: str) -> set[str]:
    """The signs of currencies in a text: a small model puts a dollar sign before any price."""
    return {sign for sign in unicodedata.normalize("NFKC", text) if unicodedata.category(sign) == "Sc"}


def _of_another_line(stated: set[str], grounds: Grounds) -> bool:
    """Whether the number may be that of a line the question is not about, or that line cannot be told."""
    matched = matching(grounds.question, grounds.rows)
    about = _stated([row.text for row in matched])
    if about:
        return not stated & about or bool(stated - about - numbers(grounds.question))
    with_numbers = sum(bool(numbers(row.text)) for row in grounds.rows)
    return not matched and with_numbers > 1


def _answer_fault(reply: str, grounds: Grounds) -> Fault | None:
    if grounds.trusted and (grounds.sees or grounds.crosses):
        return None
    carried = (carries(reply, answer, grounds.question, freely=grounds.trusted) for answer in grounds.answers)
    return None if all(carried) else Fault.ANSWER


def _word_fault(reply: str, grounds: Grounds) -> Fault | None:
    if not (grounds.sees or grounds.translates or grounds.crosses):
        lexicon = Lexicon.of([*grounds.observed, *grounds.answers], [*grounds.said, grounds.question])
        if wrong := _unobserved(reply, grounds, lexicon):
            return wrong
    return None if _is_hedged(reply) or not _is_unsure(reply, grounds) else Fault.HEDGE


def _unobserved(reply: str, grounds: Grounds, lexicon: Lexicon) -> Fault | None:
    """What of the reply stands in nothing that was perceived."""
    if any(not lexicon.quotes(match) for match in _QUOTED.findall(reply)):
        return Fault.QUOTE
    if not lexicon.covers_names(reply):
        return Fault.WORD if grounds.strict else Fault.NAME
    if grounds.concludes:
        return None
    if grounds.strict or grounds.language == "zh":
        if not lexicon.covers(reply):
            return Fault.WORD
    elif not lexicon.mostly_covers(reply):
        return Fault.WORD
    if grounds.answers or lexicon.rests_on(reply) or numbers(reply) & _stated(grounds.observed):
        return None
    return Fault.NOTHING


def _stated(texts: Sequence[str]) -> set[str]:
    return set().union(*map(numbers, texts))


def _is_hedged(reply: str) -> bool:
    return any(hedge in folded(reply) for hedge in HEDGES)


def _is_unsure(reply: str, grounds: Grounds) -> bool:
    """Whether the reply says what may only be said as a guess."""
    guessed = bool(grounds.guesses) and not (grounds.sees and grounds.trusted)
    # in another language than the caption's, nothing tells which words are its
    unmatched = bool(grounds.unsure) and not grounds.sees and (grounds.crosses or grounds.translates)
    return guessed or unmatched or _says(reply, grounds.unsure)


def _says(reply: str, texts: Sequence[str]) -> bool:
    return bool(texts) and Lexicon.of(texts, []).rests_on(reply)
