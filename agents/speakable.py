"""What of an answer can be read aloud: its words without Markdown; code, tables and addresses are for the eye."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from agents.language import CJK
from agents.untrusted import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it import MarkdownIt
    from markdown_it.token import Token

__all__ = ["LONGEST", "speakable"]

LONGEST = 2_000  # letters that are spoken; an ideograph, a syllable, counts as two: about three minutes
_LONGEST_READ = 20_000  # characters of an answer that are looked at
_WIDE = "\u3000-\u303f\uff00-\uffef"  # full-width marks, with which no address goes on
_URL = re.compile(rf"\b(?:https?|ftp)://[^\s<>()\[\]{_WIDE}]*[^\s<>()\[\].,;:!?'\"{_WIDE}]")
_PICTOGRAPHS = re.compile("[\u2190-\u21ff\u2300-\u2bff\ufe0e\ufe0f\u200d\U0001f000-\U0001faff]+")
_SENTENCE = re.compile(r"(?<=[^\d][.!?…])\s+|(?<=[。！？])\s*")  # after the number of an item no sentence ends
_ENDED = re.compile("[.!?…:;,。！？：；，][\"'”’)）」』]*$")
_BLANKS = re.compile(r"\s+")
_NEEDLESS_BLANK = re.compile(f"(?<=[{_WIDE}]) |(?<=[{CJK}]) (?=[{CJK}])")
_IDEOGRAPH = re.compile(f"[{CJK}]")
_STOPS = {"zh": "。"}


def speakable(text: str, language: str) -> str:
    """The words of a Markdown text in ``language`` (``en``, ``zh``), in whole sentences; empty where there are none.

    Headings and items of lists become sentences; links are read by their words, bare addresses by their host.
    """
    stop = _STOPS.get(language, ".")
    said = " ".join(_sentences(_markdown().parse(plain(text[:_LONGEST_READ])), stop))
    return _begun(_NEEDLESS_BLANK.sub("", said))


@cache
def _markdown() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


def _sentences(tokens: Sequence[Token], stop: str) -> Iterator[str]:
    """A paragraph, heading or item each, with its number where it has one."""
    number, tables = "", 0
    for token in tokens:
        tables += token.nesting if token.type in {"table_open", "table_close"} else 0
        if token.type == "list_item_open":
            number = f"{token.info}. " if token.info else ""
        elif token.type == "inline" and not tables:
            words = _words(token.children or [])
            if any(map(str.isalnum, words)):
                yield f"{number}{words}{'' if _ENDED.search(words) else stop}"
            number = ""


def _words(tokens: Sequence[Token]) -> str:
    told = "".join(" " if token.type in {"softbreak", "hardbreak"} else token.content for token in tokens)
    told = _URL.sub(_host, told)
    return _BLANKS.sub(" ", _PICTOGRAPHS.sub(" ", told)).strip()


def _host(found: re.Match[str]) -> str:
    try:
        return (urlsplit(found[0]).hostname or "").removeprefix("www.")
    except ValueError:  # brackets that hold no address
        return ""


def _begun(text: str) -> str:
    """As many sentences from the beginning as may be spoken; of one that is too long, its beginning."""
    left, said = LONGEST, 0
    for sentence in _SENTENCE.finditer(text):
        left -= _length(text[said : sentence.start()])
        if left < 0:
            break
        said = sentence.start()
    else:
        if _length(text[said:]) <= left:
            return text
    return text[:said] or _cut(text)


def _cut(sentence: str) -> str:
    """At a blank, where there is one."""
    left, end = LONGEST, 0
    while end < len(sentence) and (left := left - _length(sentence[end])) >= 0:
        end += 1
    return sentence[: sentence.rfind(" ", 0, end + 1)] if " " in sentence[:end] else sentence[:end]


def _length(text: str) -> int:
    return len(text) + len(_IDEOGRAPH.findall(text))
