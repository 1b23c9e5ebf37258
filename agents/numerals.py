"""The numbers a text states, as digits or as words, English or Chinese, brought to one form so they can be compared."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["numbers"]

_DIGITS = re.compile(r"\d+(?:[.,:]\d+)*")
_WORD = re.compile(r"[a-z]+")
_SMALL = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_VALUES = {word: value for value, word in enumerate(_SMALL)} | {word: 10 * n for n, word in enumerate(_TENS, start=2)}
_VALUES |= {"dozen": 12, "dozens": 12, "twice": 2, "thrice": 3, "fourty": 40, "fourties": 40}
_SCALES = {"hundred": 100, "thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000}
_SCALES |= {f"{word}s": value for word, value in list(_SCALES.items())}
_HAN_DIGITS = dict(zip("零〇一二三四五六七八九", (0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9), strict=True)) | {
    "两": 2,
    "俩": 2,
    "壹": 1,
}
_HAN_UNITS = {"十": 10, "百": 100, "千": 1_000, "万": 10_000, "亿": 100_000_000}
_LARGEST = 10**40  # as which larger ones count that are spelled in words: nobody means them
_MOST_SIGNS = 40  # of a Chinese number with units; what is longer is none, and stands for itself
_HAN_NUMERAL = re.compile(f"[{''.join(_HAN_DIGITS)}{''.join(_HAN_UNITS)}]+")


def numbers(text: str) -> set[str]:
    """Every number stated, without separators of thousands and needless zeros: 1,200.50 is 1200.5, 09:05 is 9:05.

    The words "one" and "一" are left out: they stand for "a" far more often than for a count.
    """
    text = unicodedata.normalize("NFKC", text).lower()
    found = {_plain(match) for match in _DIGITS.findall(text)}
    found |= {str(value) for value in _english(text) if value != 1}
    return found | {_chinese(run) for run in _HAN_NUMERAL.findall(text) if run not in {"一", "壹"}}


def _plain(digits: str) -> str:
    """One written number: the last comma or full stop before one or two digits is the decimal sign."""
    digits = "".join(str(unicodedata.digit(sign)) if sign.isdigit() else sign for sign in digits)
    if ":" in digits:
        hour, _, rest = digits.partition(":")
        return f"{hour.lstrip('0') or '0'}:{rest}"
    whole, sign, rest = re.fullmatch(r"(.*?)(?:([.,])(\d{1,2}|\d{4,}))?", digits).groups()  # type: ignore[union-attr]
    whole = re.sub(r"[.,]", "", whole).lstrip("0") or "0"
    rest = (rest or "").rstrip("0") if sign else ""
    return f"{whole}.{rest}" if rest else whole


def _english(text: str) -> list[int]:
    """The values of runs of number words; "and" inside a run is passed over."""
    values: list[int] = []
    total = part = 0
    running = False
    for word in _WORD.findall(text):
        if word in _VALUES:
            part += _VALUES[word]
            running = True
        elif word in _SCALES:
            scale = _SCALES[word]
            part = min(max(part, 1) * scale, _LARGEST)
            if scale > 100:
                total, part = min(total + part, _LARGEST), 0
            running = True
        elif running and word != "and":
            values.append(total + part)
            total = part = 0
            running = False
    return [*values, total + part] if running else values


def _chinese(run: str) -> str:
    """A run of Chinese numerals, by place (二零二四) without units, by units (二百八十) with them."""
    if not any(sign in _HAN_UNITS for sign in run):
        return "".join(str(_HAN_DIGITS[sign]) for sign in run).lstrip("0") or "0"
    return str(_by_units(run)) if len(run) <= _MOST_SIGNS else run


def _by_units(run: str) -> int:
    """The value of 二百八十 and the like."""
    total = section = digit = 0
    for sign in run:
        if sign in _HAN_DIGITS:
            digit = _HAN_DIGITS[sign]
            continue
        unit = _HAN_UNITS[sign]
        if unit == _HAN_UNITS["亿"]:
            total = min((total + section + digit or 1) * unit, _LARGEST)
            section = 0
        elif unit == _HAN_UNITS["万"]:
            total += (section + digit or 1) * unit
            section = 0
        else:
            section += (digit or 1) * unit
        digit = 0
    return total + section + digit
