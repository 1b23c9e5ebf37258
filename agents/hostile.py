"""Text in media that reads like instructions to a model: it is quoted to the person, not handed on to be followed.

Patterns catch the usual wording only; what they miss still stands as data in the prompt and before the guard.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

__all__ = ["PATTERNS", "reads_like_instructions"]

PATTERNS: tuple[str, ...] = (
    (
        r"\b(?:ignore|disregard|forget|override|bypass)\b.{0,60}\b(?:instructions?|prompts?|rules?|"
        r"guidelines?|above|previous)\b"
    ),
    r"\b(?:previous|prior|above|system|new|hidden|following) (?:instructions?|prompts?)\b",
    r"\byou are (?:now|no longer)\b|\bact as\b|\bpretend (?:to be|you)\b|\b(?:developer|jailbreak|dan) mode\b",
    (
        r"\b(?:say|print|output|reply|respond|answer)\b.{0,20}\b(?:only|exactly|nothing but)\b|\bas an ai\b|"
        r"\blanguage model\b"
    ),
    (
        r"<\s*\|?\s*(?:im_start|im_end|system|assistant|endoftext|start_of_turn|end_of_turn)|\[\s*/?\s*INST|"
        r"###\s*(?:system|instruction)"
    ),
    r"\b(?:system|assistant)\s*:\s|\bprompt injection\b",
    r"(?:忽略|无视|忘记|忘掉|不要理会|绕过).{0,20}(?:指令|指示|提示|规则|要求|设定|上文|之前|以上)",
    r"(?:系统|新的?)(?:提示词?|指令)|你现在(?:是|扮演)|你不再是|假装你|扮演|只(?:回答|回复|输出|说)",
)
_COMPILED = tuple(re.compile(pattern, re.IGNORECASE | re.DOTALL) for pattern in PATTERNS)
_LONGEST = 20_000  # characters looked at at once
_ACROSS = 200  # characters that such wording may go on for


def reads_like_instructions(texts: Iterable[str]) -> bool:
    """Whether the texts, read one after another as they stand in the picture, speak to a model."""
    joined = " ".join(" ".join(text.split()) for text in texts)
    pieces = (joined[start : start + _LONGEST] for start in range(0, len(joined) or 1, _LONGEST - _ACROSS))
    return any(pattern.search(piece) for piece in pieces for pattern in _COMPILED)
