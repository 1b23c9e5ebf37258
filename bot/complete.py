"""How plainly what somebody has sent so far is all they want to say, before it is answered. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.incoming import Incoming, IncomingMedia, IncomingPart, IncomingText

__all__ = ["completeness"]

_ORDINARY = 0.6
_ASKS_BY_VOICE = 0.5  # media with a recording about them: words may follow
_COMMENTS = 0.75  # a whole sentence about something that is not there: programs send a comment before what it is about
_LONGEST = 80  # characters of a text that may only announce what comes next
_CUT = 4000  # characters; programs cut longer texts into messages
_ENDED = re.compile(r"[.!?。！？~～][\"'”’」』】）)\s]*$|[\U0001f300-\U0001faff\u2600-\u27bf\ufe0f]\s*$")
_OPEN = re.compile(
    r"([,:;，：；、—–-]|\.\.\.|…|\b(?:and|or|but|because|so|also|plus|then|the|a|of|with)|还有|以及|因为|但是|和|然后)\s*$",
    re.IGNORECASE,
)
_AHEAD = re.compile(
    r"\b(?:this|these|here|look|see|watch|listen|photo|picture|image|video|voice|recording|attached|following)\b"
    r"|这|看|瞧|听|图|照片|视频|语音|录音|下面|附件|如下",
    re.IGNORECASE,
)
_ABOUT = re.compile(r"\b(?:it|its|that|those|he|him|his|she|her|they|them|their)\b|[它他她那]", re.IGNORECASE)
_ALONE = re.compile(
    r"^\W*(?:hi|hello|hey|good (?:morning|evening|night)|thanks?(?: you)?|ok(?:ay)?|yes|no|bye|stop|help"
    r"|你好|您好|早上好|晚上好|早安|晚安|谢谢|多谢|好的?|是的?|不是?|再见|在吗|嗯)\W*$",
    re.IGNORECASE,
)


def completeness(said: Sequence[Incoming]) -> float:
    """From 0, where a further piece is likely, to 1, where nothing is missing."""
    parts = [part for each in said for part in each.parts]
    own = [part for part in parts if not part.quoted]
    media = {part.kind for part in own if isinstance(part, IncomingMedia)}
    words = [part.text.strip() for part in own if isinstance(part, IncomingText)]
    if not own:
        return 1.0
    if words:
        return _of_words(words[-1], bool(media) or _quotes_media(parts))
    if "voice" in media and any(part.quoted for part in parts):
        return 1.0
    return _ASKS_BY_VOICE if "voice" in media and len(media) > 1 else 0.0


def _of_words(text: str, beside_media: bool) -> float:
    if len(text) >= _CUT or _OPEN.search(text):
        return 0.0
    if beside_media or _ALONE.match(text):
        return 1.0
    if len(text) <= _LONGEST and _AHEAD.search(text):
        return 0.0
    if not _ENDED.search(text):
        return _ORDINARY
    return _COMMENTS if len(text) <= _LONGEST and _ABOUT.search(text) else 1.0


def _quotes_media(parts: Sequence[IncomingPart]) -> bool:
    return any(part.quoted and isinstance(part, IncomingMedia) for part in parts)
