"""How a question wants to be answered, told by declared patterns; what it is about is told in ``questions.py``."""

from __future__ import annotations

import re

__all__ = ["asks_to_read", "asks_to_translate", "asks_whether", "points_back", "wants_answer"]

_LONGEST = 300  # characters looked at: a longer text is no plain question
_LONGEST_POINTER = 60  # characters of a question that may live from what "it" was

_READ = re.compile(
    r"\bwhat(?:'s| does| do| is| are| did)\b.{0,30}\b(?:says?|written|reads?)\b(?!.{0,20}\babout\b)|"
    r"\bwhat (?:it|this|that|the \w+) (?:says?|reads?)\b|"
    r"^\W*(?:(?:please|can you|could you|would you)\W+)*(?:read|transcribe|ocr)\b(?!\W+between)|"
    r"(?:写|说)(?:的|着|了)?(?:是)?(?:什么|啥|哪些)|(?:读|念)(?:一下|一读|出来|给我)|什么字|哪些字",
    re.IGNORECASE,
)
_TRANSLATE = re.compile(
    r"\btranslat\w*|"
    r"\b(?:in|into|to) (?:english|chinese|mandarin|french|german|spanish|italian|japanese|korean|russian)\b|"
    r"翻译|译成|译为|用?(?:英|中|法|德|日|韩|俄|西班牙)(?:语|文)(?:怎么|是什么|的?意思)",
    re.IGNORECASE,
)
_WHETHER = re.compile(
    r"^\W*(?:(?:so|and|but|ok|okay|then|hi|hello|please|thanks|tell me (?:if|whether))\W+)*"
    r"(?:(?:is|are|was|were|am|do|does|did|can|could|may|might|must|should|shall|will|would|has|have|had)(?:n['’]t)?)\s+\w",
    re.IGNORECASE,
)
_ASKS_FURTHER = re.compile(
    r"\b(?:what|how|who|whose|when|where|which|why|or)\b|"
    r"\byou (?:please )?(?:tell|read|say|explain|describe|translate|find|give|show|help|write|sum)",
    re.IGNORECASE,
)
_WHETHER_ZH = re.compile(r"吗|是否|是不是|能不能|可不可以|有没有|会不会|对不对|行不行|好不好|要不要|该不该")
_ASKS_FURTHER_ZH = re.compile(r"什么|多少|哪|几|怎么|谁|为何|还是|告诉我|帮我")
_WANTS = re.compile(
    r"[?？]|^\W*(?:what|how|who|whose|when|where|which|why|write|tell|make|give|explain|suggest|help|please|compare|"
    r"summari[sz]e)\b|吗|呢|什么|多少|哪|怎么|如何|为什么|^(?:请|帮|给|写|讲|说|介绍|推荐)",
    re.IGNORECASE,
)
_POINTS = re.compile(
    r"\b(?:is|are|was|were|does|do|did|can|could|has|have|will|would|should)\s+(?:it|this|that|these|those|they|he|she)\b"
    r"(?!\s+(?:true|possible|ok|okay|right|wrong|correct|normal|raining|snowing|late|early|you|so|all|because)\b)|"
    r"\b(?:which|what) (?:one|ones|of (?:them|these|those))\b|"
    r"^(?:那)?(?:它|这个|这只|这张|这杯|这些|那只|那张|上面|里面).*(?:吗|呢|什么|多少|几|哪|[?？])",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"\bwhat (?:time|day|date|year) is it\b", re.IGNORECASE)


def asks_to_read(question: str) -> bool:
    """Whether the words themselves are wanted, as they stand there."""
    return bool(_READ.search(question[:_LONGEST]))


def asks_to_translate(question: str) -> bool:
    return bool(_TRANSLATE.search(question[:_LONGEST]))


def asks_whether(question: str) -> bool:
    """Whether yes or no is asked for, which stands on no line."""
    question = question[:_LONGEST]
    if _WHETHER_ZH.search(question):
        return not _ASKS_FURTHER_ZH.search(question)
    return bool(_WHETHER.search(question)) and not _ASKS_FURTHER.search(question)


def wants_answer(words: str) -> bool:
    """Whether the words are a question or a request rather than a remark."""
    return bool(_WANTS.search(words[:_LONGEST]))


def points_back(question: str) -> bool:
    """Whether a short question is about something shown before that it does not name: "Is it hot?"."""
    if len(question) > _LONGEST_POINTER or _CLOCK.search(question):
        return False
    return bool(_POINTS.search(question))
