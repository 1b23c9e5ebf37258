"""Pure decisions, each with its reason: which way a turn about a video or a document is answered."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from agents.asked import Asked
from agents.asking import asks_to_translate
from agents.evidence import stems
from agents.handing import handed
from agents.hostile import reads_like_instructions
from agents.photo_courses import about_photo
from agents.ports import LanguageModelCard, Senses
from agents.questions import SEEING_ONLY, QuestionKind, kind_of
from agents.values import Observation, ObservationKind, Outcome, Turn, Video, is_own, is_speech
from agents.ways import Course, grounded, tell

__all__ = ["NAMED", "WORDED", "about_media", "only_speaks"]

_OF_SPEECH = re.compile(
    r"\b(?:sa(?:y|ys|id|ying)|talk\w*|sp(?:eak|oke)\w*|tells?|told|mention\w*|discuss\w*|hear\w*)\b|说|讲|谈|提到|听",
    re.IGNORECASE,
)
_CONCERNS = re.compile(
    r"\bwho(?:m|se)?\b.{0,40}\b(?:for|to|from|with|about)\b\W*$|(?:给|为|跟|和|对|关于)谁", re.IGNORECASE
)
_POINTING = re.compile(
    r"\b(?:this|these|here|see|look\w*|show\w*|wear\w*|hold\w*|behind|video|picture)\b|这|看|穿|拿|身后|背后|视频|画面",
    re.IGNORECASE,
)
# What is said or written in media, and the words that name such a medium as one that was shown.
NAMED = {
    ObservationKind.SOUNDTRACK: re.compile(
        r"\b(?:the|this|that|my) (?:\w+ )?(?:video|clip|film|footage)\b|"
        r"(?:这|那|刚才|上)[^，。？?]{0,4}(?:视频|影片|录像)|(?:视频|影片|录像)[里中]",
        re.IGNORECASE,
    ),
    ObservationKind.DOCUMENT_TEXT: re.compile(
        r"\b(?:the|this|that|my) (?:\w+ )?(?:documents?|files?|pdf|letter|menu|spreadsheet)\b|"
        r"(?:这|那|刚才|上)[^，。？?]{0,4}(?:文件|文档|表格|菜单)|(?:文件|文档|表格|菜单)[里中上]",
        re.IGNORECASE,
    ),
}
WORDED = frozenset(NAMED)


def only_speaks(turn: Turn, asked: Asked) -> bool:
    """Whether the only videos are people speaking to us, and not about what is to be seen."""
    videos = [part for part in turn.parts if isinstance(part, Video)]
    to_see = kind_of(asked.words) in {*SEEING_ONLY, QuestionKind.NAME} and _POINTING.search(asked.words)
    return all(map(is_speech, videos)) and not to_see


def about_media(
    turn: Turn, asked: Asked, observations: Sequence[Observation], senses: Senses, llm: LanguageModelCard
) -> Course:
    """The way a question is answered that came with a video or a document, or with a recording and a photo."""
    perceived = [o for o in handed(observations, asked.question, llm) if o.outcome is Outcome.PERCEIVED]
    strange = [o for o in perceived if o.kind is ObservationKind.TRANSCRIPT and not is_own(turn.parts[o.part])]
    worded = [o for o in perceived if (o.kind in WORDED or o in strange) and o.text]
    if any(o.kind is ObservationKind.DOCUMENT_TEXT and not o.text for o in perceived):
        return tell("all of the document reads like instructions to a model; it is quoted instead", asked)
    if not worded:
        return about_photo(asked, perceived, senses, llm)
    if reads_like_instructions(o.text for o in perceived if o.kind.is_of_photo or o in worded):
        return tell("what is written or said there reads like instructions to a model; it is quoted instead", asked)
    if asks_to_translate(asked.words) and not llm.reliable:
        return replace(tell("a translation cannot be checked", asked), foreign=True)
    if _asks_to_look(asked, perceived, worded):
        return tell(
            f"no sense here can tell what is asked: {kind_of(asked.words)}", asked, unseen=senses.visual_qa is None
        )
    kinds = {o.kind for o in worded}
    document, video = ObservationKind.DOCUMENT_TEXT in kinds, ObservationKind.SOUNDTRACK in kinds
    what = "a document" if document else "a video" if video else "a recording"
    return grounded(f"the question is about {what}", kind_of(asked.words))


def _asks_to_look(asked: Asked, perceived: Sequence[Observation], worded: Sequence[Observation]) -> bool:
    """Whether only looking could tell, and nobody here looked for it."""
    if kind_of(asked.words) not in SEEING_ONLY or not any(o.kind.is_of_photo for o in perceived):
        return False
    answered = any(o.kind is ObservationKind.ANSWER for o in perceived)
    of_speech = _OF_SPEECH.search(asked.words) or _CONCERNS.search(asked.words)
    if of_speech and any(o.kind.is_of_speech for o in worded):
        return False
    return not answered and not any(stems(asked.words) & stems(o.text) for o in worded)
